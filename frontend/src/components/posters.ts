/** A show's picture in a list: before there is one of the show itself, the drawn one. */
import type { WatchedShow } from "../generated/wire";

/** What to do when the picture does not come. */
export function drawnPoster(show: WatchedShow): (event: Event) => void {
  const drawn = new URL(`/shows/${show.slug}/poster.svg`, location.href).href;
  return (event) => {
    const image = event.target as HTMLImageElement;
    if (image.src !== drawn) image.src = drawn;
  };
}

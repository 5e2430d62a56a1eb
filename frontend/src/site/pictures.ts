/** A poster that does not come gives way to the drawn one, or to the ground behind it: no torn page. */

const DRAWN_BEHIND = ".poster img, img.poster-behind";

export function startPictures(root: Document = document): void {
  for (const picture of root.querySelectorAll<HTMLImageElement>(DRAWN_BEHIND)) {
    if (picture.complete && picture.naturalWidth === 0) fade(picture);
  }
  // Errors of pictures do not bubble, but they can be caught on their way down.
  root.addEventListener("error", (event) => fade(event.target), true);
}

function fade(target: EventTarget | null): void {
  if (!(target instanceof HTMLImageElement && target.matches(DRAWN_BEHIND))) return;
  const { drawn } = target.dataset;
  delete target.dataset.drawn;
  if (drawn) target.src = drawn;
  else target.style.visibility = "hidden";
}

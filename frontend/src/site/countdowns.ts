/**
 * Fills in `<span data-countdown="…" data-words="in {span}" hidden>`: how long it still takes, by
 * the reader's clock.
 */
import { formatSpan } from "../lib/format";

export function startCountdowns(root: ParentNode = document): void {
  const places = [...root.querySelectorAll<HTMLElement>("[data-countdown]")].map((place) => ({
    place,
    until: Date.parse(place.dataset.countdown ?? ""),
    words: place.dataset.words ?? "{span}",
  }));
  const known = places.filter(({ until }) => !Number.isNaN(until));
  if (known.length === 0) return;
  const draw = () => {
    const now = Date.now();
    for (const { place, until, words } of known) {
      // What is over is said by the page itself, and never by a row of noughts.
      place.hidden = until <= now;
      place.textContent = words.replace("{span}", formatSpan(until - now));
    }
  };
  draw();
  setInterval(draw, 1000);
}

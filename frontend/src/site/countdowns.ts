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

const UNITS = [
  ["days", 86_400_000, Number.POSITIVE_INFINITY],
  ["hours", 3_600_000, 24],
  ["minutes", 60_000, 60],
  ["seconds", 1_000, 60],
] as const;

/** Fills in `<div data-clock="…" hidden>` with a `data-unit` for each figure; gone when it is over. */
export function startClocks(root: ParentNode = document): void {
  for (const clock of root.querySelectorAll<HTMLElement>("[data-clock]")) {
    const until = Date.parse(clock.dataset.clock ?? "");
    if (Number.isNaN(until)) continue;
    const draw = () => {
      const left = until - Date.now();
      clock.hidden = left <= 0;
      for (const [unit, length, most] of UNITS) {
        const figure = clock.querySelector(`[data-unit="${unit}"]`);
        if (figure) figure.textContent = String(Math.floor(Math.max(0, left) / length) % most);
      }
      if (left <= 0) clearInterval(ticking);
    };
    const ticking = setInterval(draw, 1000);
    draw();
  }
}

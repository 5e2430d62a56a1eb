/** Shows `<time data-local datetime="…">` in the reader's own zone; the server's wording stays without scripts. */
import { formatMoment } from "../lib/format";

/** Lets the server know the zone too, for pages that show one day: a day begins somewhere. */
export function tellZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser yet.
  if (zone) document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

export function startTimes(root: ParentNode = document): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.textContent = formatMoment(moment);
  }
}

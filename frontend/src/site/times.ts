/** Shows `<time data-local datetime="…">` in the reader's own zone; the server's wording stays without scripts. */
import { formatMoment } from "../lib/format";

export function startTimes(root: ParentNode = document): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.textContent = formatMoment(moment);
  }
}

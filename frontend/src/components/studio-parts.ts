/** Small drawn parts of the studio. */
import { html, svg, type TemplateResult } from "lit";
import { formatSpan } from "../lib/format";
import { t } from "../lib/text";
import type { Card } from "../live/offers";
import { points } from "../live/trend";

export function spark(trend: readonly number[]): TemplateResult {
  return html`<svg viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<polyline points=${points(trend, 100, 24)} fill="none" stroke="currentColor" stroke-width="2"
      stroke-linejoin="round" vector-effect="non-scaling-stroke" />`}
  </svg>`;
}

/** How far a fair opening is, for the host who calls. */
function drawWords({ fair }: Card, nowMs: number): string {
  switch (fair?.stage) {
    case "promised":
      return t("About to be called");
    case "called":
      if (nowMs < fair.call_at) {
        return t("Call in {time}", { time: formatSpan(fair.call_at - nowMs) });
      }
      return t("Taking part: {time}", { time: formatSpan(fair.closes_at - nowMs) });
    case "listed":
      return t("The list is closed");
    case "revealed":
      return t("Places are given");
    default:
      return t("Not called yet");
  }
}

export function stateBadge(card: Card, nowMs: number): TemplateResult {
  switch (card.standing) {
    case "open":
    case "last":
      return html`<span class="badge good">${t("Open")}</span>`;
    case "sold_out":
      return html`<span class="badge bad">${t("Sold out")}</span>`;
    case "draw":
      return html`<span class="badge info">${drawWords(card, nowMs)}</span>`;
    case "planned":
      return html`<span class="badge">${t("Planned")}</span>`;
    case "closed":
      return html`<span class="badge">${t("Closed")}</span>`;
  }
}

const PACES: readonly number[] = [0, 5, 10, 30, 60];

/** How long everybody but the staff waits between two lines of chat. */
export function slowMode(
  now: number,
  isBusy: boolean,
  choose: (seconds: number) => void,
): TemplateResult {
  const choices = PACES.includes(now) ? PACES : [...PACES, now];
  const chosen = (event: Event) => choose(Number((event.target as HTMLSelectElement).value));
  return html`<label class="pace small-text">
    ${t("Slow mode")}
    <select ?disabled=${isBusy} .value=${String(now)} @change=${chosen}>
      ${choices.map(
        (seconds) => html`<option value=${seconds} ?selected=${seconds === now}>
          ${seconds ? t("one line every {seconds} s", { seconds: String(seconds) }) : t("off")}
        </option>`,
      )}
    </select>
  </label>`;
}

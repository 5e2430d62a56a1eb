/** Small drawn parts of the studio. */
import { html, svg, type TemplateResult } from "lit";
import { t } from "../lib/text";
import type { Card } from "../live/offers";
import { points } from "../live/trend";

export function spark(trend: readonly number[]): TemplateResult {
  return html`<svg viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<polyline points=${points(trend, 100, 24)} fill="none" stroke="currentColor" stroke-width="2"
      stroke-linejoin="round" vector-effect="non-scaling-stroke" />`}
  </svg>`;
}

export function stateBadge(card: Card): TemplateResult {
  switch (card.standing) {
    case "open":
    case "last":
      return html`<span class="badge good">${t("Open")}</span>`;
    case "sold_out":
      return html`<span class="badge bad">${t("Sold out")}</span>`;
    case "planned":
      return html`<span class="badge">${t("Planned")}</span>`;
    case "closed":
      return html`<span class="badge">${t("Closed")}</span>`;
  }
}

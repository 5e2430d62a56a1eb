/** The words beside the studio's title: how the show stands, and whether its room is connected. */
import { html, nothing, type TemplateResult } from "lit";
import type { WatchedShow } from "../generated/wire";
import { formatMoment } from "../lib/format";
import { t } from "../lib/text";
import type { RoomView } from "../live/room";
import { phaseOf } from "../live/session";

export function standing(show: WatchedShow, mayRun: boolean): TemplateResult {
  switch (phaseOf(show)) {
    case "on":
      return show.run?.kind === "rehearsal"
        ? html`<span class="badge warn">${t("Rehearsal")}</span>
          <span class="muted small-text">${t("Only your staff can see it.")}</span>`
        : html`<span class="badge live">${t("Live")}</span>
          ${games(show, mayRun)}
          <a class="button quiet small" href=${`/shows/${show.slug}`} target="_blank">${t("Watch as a viewer")}</a>`;
    case "over":
      return html`<span class="badge">${t("Over")}</span>
        <a class="button quiet small" href=${`/shows/${show.slug}`}>${t("Watch again")}</a>`;
    case "cancelled":
      return html`<span class="badge bad">${t("Cancelled")}</span>`;
    case "soon":
      return html`<span class="badge info">${t("Scheduled")}</span>
        <span class="muted small-text">${formatMoment(new Date(show.starts_at))}</span>
        ${games(show, mayRun)}`;
  }
}

export function connection(view: RoomView | null): TemplateResult | typeof nothing {
  switch (view?.connection) {
    case "live":
      return view.carrier === "segments"
        ? html`<span class="badge info">${t("Chat a few seconds behind")}</span>`
        : html`<span class="badge good">${t("Connected")}</span>`;
    case "connecting":
    case "resuming":
      return html`<span class="badge warn" role="status">${t("Reconnecting…")}</span>`;
    case "refused":
      return html`<span class="badge bad" role="status">${t("Not connected")}</span>`;
    default:
      return nothing;
  }
}

/** Draws can be planned long before; battles begin when the show is on. */
function games(show: WatchedShow, mayRun: boolean): TemplateResult | typeof nothing {
  return mayRun
    ? html`<a class="button quiet small" href=${`/studio/${show.slug}/games`}>${t("Games")}</a>`
    : nothing;
}

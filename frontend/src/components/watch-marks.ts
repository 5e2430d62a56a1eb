/** The small marks on the picture: live or recorded, how many watch, whether the audience is made up, how the line is. */
import { html, nothing, type TemplateResult } from "lit";
import type { WatchedShow } from "../generated/wire";
import { formatCount } from "../lib/format";
import { icon } from "../lib/icons";
import { t, tn } from "../lib/text";
import type { RoomView } from "../live/room";
import type { Phase } from "../live/session";

export function marks(show: WatchedShow, phase: Phase, view: RoomView | null): TemplateResult {
  const about = view?.state?.show;
  const rehearsal = (about?.kind ?? show.run?.kind) === "rehearsal";
  const simulated = about?.simulated ?? show.simulated ?? false;
  const recorded = phase === "over" && show.state === "ended";
  return html`<div class="marks">
    ${phase === "on" ? html`<span class="badge live">${rehearsal ? t("Rehearsal") : t("Live")}</span>` : nothing}
    ${recorded ? html`<span class="badge over">${icon("play")}${t("Recording")}</span>` : nothing}
    ${phase === "on" || (recorded && view?.state) ? viewers(view, recorded) : nothing}
    ${simulated ? html`<span class="badge over">${t("Simulated audience")}</span>` : nothing}
    ${phase === "on" && show.filmed_before ? html`<span class="badge over">${t("Filmed before")}</span>` : nothing}
    ${phase === "on" ? line(view) : nothing}
  </div>`;
}

function viewers(view: RoomView | null, recorded: boolean): TemplateResult {
  const count = view?.state?.counts?.viewers ?? 0;
  const words = recorded
    ? tn("{n} viewer at this moment of the show", "{n} viewers at this moment of the show", count)
    : tn("{n} viewer", "{n} viewers", count);
  return html`<span class="badge over figures" title=${words}
    >${icon("eye")}<span class="visually-hidden">${t("Viewers:")}</span>${formatCount(count)}</span
  >`;
}

/** Nothing while all is well; a slower way is said, but it is no trouble. */
function line(view: RoomView | null): TemplateResult | typeof nothing {
  if (view?.connection === "resuming") {
    return html`<span class="line-state" role="status">${t("Reconnecting…")}</span>`;
  }
  return view?.connection === "live" && view.carrier === "segments"
    ? html`<span class="badge over">${t("Chat a few seconds behind")}</span>`
    : nothing;
}

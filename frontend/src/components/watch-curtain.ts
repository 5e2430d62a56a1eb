/** What stands before the picture while there is none: soon, cancelled, over, not let in, or words of the stage's own. */
import { html, nothing, type TemplateResult } from "lit";
import type { WatchedShow } from "../generated/wire";
import { formatMoment, formatSpan } from "../lib/format";
import { t } from "../lib/text";
import type { RoomView } from "../live/room";
import type { Phase } from "../live/session";

/** A recording that is not there after so long has not been made. */
const RECORDING_COMES_MS = 24 * 3_600_000;

/** Null where the picture itself is shown; `playable` is false when the recording would not play. */
export function curtainWords(
  show: WatchedShow,
  phase: Phase,
  view: RoomView | null,
  playable: boolean,
): TemplateResult | null {
  if (view?.connection === "refused" && view.refusal !== "no_such_run") {
    return html`<h2>${t("You cannot enter this room")}</h2>
      <p class="muted">${t("A moderator has removed you, or the room is not open to you.")}</p>`;
  }
  switch (phase) {
    case "soon":
      return soon(new Date(show.starts_at));
    case "cancelled":
      return html`<h2>${t("This show is cancelled")}</h2>
        <p class="muted">${t("Have a look at what else is on.")}</p>
        <a class="button primary" href="/">${t("What's on")}</a>`;
    case "over":
      if (show.state === "ended" && show.addresses && playable) return null;
      return html`<h2>${t("The show is over")}</h2>
        <p class="muted">${
          Date.now() - Date.parse(show.starts_at) < RECORDING_COMES_MS
            ? t("Thank you for coming. The recording will be here shortly.")
            : t("There is no recording of it.")
        }</p>
        <a class="button" href="/">${t("What's on")}</a>`;
    case "on":
      return view?.state?.stage?.slate ? html`<h2>${view.state.stage.slate}</h2>` : null;
  }
}

function soon(start: Date): TemplateResult {
  const restMs = start.getTime() - Date.now();
  const clock = html`<p class="clock figures" role="timer">${formatSpan(restMs)}</p>`;
  return html`<p class="badge over">${formatMoment(start)}</p>
    <h2>${restMs > 0 ? t("Starting soon") : t("Any moment now")}</h2>
    ${restMs > 0 ? clock : nothing}
    <p class="muted">${t("Stay here: the show begins on this page by itself.")}</p>`;
}

/** One cue of an act while the run-sheet is written. */
import { html, nothing, type TemplateResult } from "lit";
import type { Cue, CueKind } from "../generated/wire";
import { t } from "../lib/text";
import { typedSpan, writtenSpan } from "../live/acts";
import { kindWords } from "./cue-words";

const KINDS: readonly CueKind[] = ["pin", "open", "draw", "invite", "slate", "note"];

/** What a cue can name, as people know it. */
export interface Named {
  id: string;
  title: string;
}

/** The show's offers, the draws that are ready to start, and the rooms beside it. */
export interface Targets {
  offers: readonly Named[];
  draws: readonly Named[];
  rooms: readonly Named[];
}

export function cueEditor(
  cue: Cue,
  targets: Targets,
  isReadOnly: boolean,
  on: { change: (more: Partial<Cue>) => void; remove: () => void },
): TemplateResult {
  const value = (event: Event) => (event.target as HTMLInputElement).value;
  const moment = (event: Event) => {
    const typed = value(event).trim();
    on.change({ at_seconds: typed ? typedSpan(typed) : null });
  };
  return html`<fieldset class="row cue" ?disabled=${isReadOnly}>
    <legend class="visually-hidden">${kindWords(cue.kind)}</legend>
    <select class="select" aria-label=${t("What the cue does")}
      @change=${(event: Event) => on.change({ kind: value(event) as CueKind, target: "" })}>
      ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === cue.kind}>${kindWords(kind)}</option>`)}
    </select>
    <input class="input span" size="6" aria-label=${t("Minutes and seconds into the act; empty: by hand")}
      placeholder=${t("by hand")} .value=${cue.at_seconds === null ? "" : writtenSpan(cue.at_seconds)} @change=${moment} />
    ${target(cue, targets, (chosen) => on.change({ target: chosen }))}
    ${
      cue.kind === "pin" || cue.kind === "open" || cue.kind === "draw"
        ? nothing
        : html`<input class="input grow" maxlength="200" aria-label=${t("Words of the cue")} placeholder=${t("Words")}
          .value=${cue.text} @input=${(event: Event) => on.change({ text: value(event) })} />`
    }
    ${isReadOnly ? nothing : html`<button class="button quiet small" type="button" @click=${on.remove}>${t("Remove")}</button>`}
  </fieldset>`;
}

function target(
  cue: Cue,
  targets: Targets,
  choose: (target: string) => void,
): TemplateResult | typeof nothing {
  switch (cue.kind) {
    case "pin":
    case "open":
      return picker(cue, targets.offers, { label: t("Offer"), none: t("Choose an offer") }, choose);
    case "draw":
      return picker(cue, targets.draws, { label: t("Draw"), none: t("Choose a draw") }, choose);
    case "invite":
      return picker(cue, targets.rooms, { label: t("Room"), none: t("Back to this show") }, choose);
    default:
      return nothing;
  }
}

/** What was chosen and is there no more, such as a draw that has begun, stays to be seen. */
function picker(
  cue: Cue,
  found: readonly Named[],
  words: { label: string; none: string },
  choose: (target: string) => void,
): TemplateResult {
  const isGone = cue.target !== "" && !found.some((one) => one.id === cue.target);
  const chosen = (event: Event) => choose((event.target as HTMLSelectElement).value);
  return html`<select class="select grow" aria-label=${words.label} @change=${chosen}>
    <option value="" ?selected=${!cue.target}>${words.none}</option>
    ${isGone ? html`<option value=${cue.target} selected>${t("No more to choose: {name}", { name: cue.target })}</option>` : nothing}
    ${found.map((one) => html`<option value=${one.id} ?selected=${one.id === cue.target}>${one.title}</option>`)}
  </select>`;
}

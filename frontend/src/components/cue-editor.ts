/** One cue of an act while the run-sheet is written. */
import { html, nothing, type TemplateResult } from "lit";
import type { Cue, CueKind } from "../generated/wire";
import { t } from "../lib/text";
import { typedSpan, writtenSpan } from "../live/acts";
import { kindWords } from "./cue-words";

const KINDS: readonly CueKind[] = ["pin", "open", "draw", "invite", "slate", "note"];

interface Named {
  id: string;
  title: string;
  variant: string;
}

export function cueEditor(
  cue: Cue,
  offers: readonly Named[],
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
    ${target(cue, offers, (chosen) => on.change({ target: chosen }))}
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
  offers: readonly Named[],
  choose: (target: string) => void,
): TemplateResult | typeof nothing {
  const value = (event: Event) => (event.target as HTMLInputElement).value;
  switch (cue.kind) {
    case "pin":
    case "open":
      return html`<select class="select grow" aria-label=${t("Offer")} @change=${(event: Event) => choose(value(event))}>
        <option value="">${t("Choose an offer")}</option>
        ${offers.map((offer) => html`<option value=${offer.id} ?selected=${offer.id === cue.target}>${offer.title} ${offer.variant}</option>`)}
      </select>`;
    case "invite":
    case "draw":
      return html`<input class="input" maxlength="64" .value=${cue.target}
        aria-label=${cue.kind === "draw" ? t("Id of the draw") : t("Address of the show; empty: back to this one")}
        placeholder=${cue.kind === "draw" ? t("Id of the draw") : t("Address of the show")}
        @input=${(event: Event) => choose(value(event))} />`;
    default:
      return nothing;
  }
}

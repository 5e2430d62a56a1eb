/** One cue of an act while the run-sheet is written. */
import { html, nothing, type TemplateResult } from "lit";
import type { Cue, CueKind, CueRoom, CueThing } from "../generated/wire";
import { t } from "../lib/text";
import { typedSpan, writtenSpan } from "../live/acts";
import { chosenRoom, NAMING, reached, thingsOf } from "../live/cue-things";
import { kindWords } from "./cue-words";

const KINDS: readonly CueKind[] = [...NAMING, "questions", "invite", "slate", "note"];
const WITH_WORDS: readonly CueKind[] = ["invite", "slate", "note"];

/** The rooms within reach, the one that was chosen for this cue, and how new things are prepared. */
export interface Picking {
  rooms: readonly CueRoom[];
  room: string | undefined;
  isReadOnly: boolean;
  preparing: TemplateResult | typeof nothing;
}

interface On {
  change: (more: Partial<Cue>) => void;
  room: (slug: string) => void;
  remove: () => void;
}

export function cueEditor(cue: Cue, from: Picking, on: On): TemplateResult {
  const moment = (event: Event) => {
    const typed = value(event).trim();
    on.change({ at_seconds: typed ? typedSpan(typed) : null });
  };
  return html`<fieldset class="row cue" ?disabled=${from.isReadOnly}>
    <legend class="visually-hidden">${kindWords(cue.kind)}</legend>
    <select class="select" aria-label=${t("What the cue does")}
      @change=${(event: Event) => on.change({ kind: value(event) as CueKind, target: "", text: "" })}>
      ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === cue.kind}>${kindWords(kind)}</option>`)}
    </select>
    <input class="input span" size="6" aria-label=${t("Minutes and seconds into the act; empty: by hand")}
      placeholder=${t("by hand")} .value=${cue.at_seconds === null ? "" : writtenSpan(cue.at_seconds)} @change=${moment} />
    ${cue.kind === "invite" ? invitation(cue, from, on) : nothing}
    ${NAMING.includes(cue.kind) ? thing(cue, from, on) : nothing}
    ${
      WITH_WORDS.includes(cue.kind)
        ? html`<input class="input grow" maxlength="200" aria-label=${t("Words of the cue")} placeholder=${t("Words")}
          .value=${cue.text} @input=${(event: Event) => on.change({ text: value(event) })} />`
        : nothing
    }
    ${from.isReadOnly ? nothing : html`<button class="button quiet small" type="button" @click=${on.remove}>${t("Remove")}</button>`}
  </fieldset>
  ${from.isReadOnly ? nothing : from.preparing}`;
}

/** First the room, where there are several, and then its thing by name. */
function thing(cue: Cue, from: Picking, on: On): TemplateResult {
  const rooms = reached(from.rooms);
  const room = chosenRoom(cue, rooms, from.room);
  const choose = (event: Event) => {
    on.room(value(event));
    on.change({ target: "" });
  };
  return html`${
    rooms.length > 1
      ? html`<select class="select" aria-label=${t("In which room")} @change=${choose}>
          ${rooms.map((one) => html`<option value=${one.slug} ?selected=${one === room} ?disabled=${one.relation === "asked"}>${roomWords(one)}</option>`)}
        </select>`
      : nothing
  }${picker(cue, thingsOf(room, cue.kind), on)}`;
}

/** What was chosen and is there no more stays to be seen; what is over cannot be chosen anew. */
function picker(cue: Cue, found: readonly CueThing[], on: On): TemplateResult {
  const isGone = cue.target !== "" && !found.some((one) => one.id === cue.target);
  const chosen = (event: Event) => on.change({ target: value(event) });
  return html`<select class="select grow" aria-label=${t("What it is about")} @change=${chosen}>
    <option value="" ?selected=${!cue.target}>${found.length ? t("Choose") : t("Nothing to choose yet")}</option>
    ${isGone ? html`<option value=${cue.target} selected>${t("No more to choose: {name}", { name: cue.target })}</option>` : nothing}
    ${found.map((one) => {
      const isChosen = one.id === cue.target;
      return html`<option value=${one.id} ?selected=${isChosen} ?disabled=${one.state === "over" && !isChosen}>${thingWords(one)}</option>`;
    })}
  </select>`;
}

function invitation(cue: Cue, from: Picking, on: On): TemplateResult {
  const others = from.rooms.filter((room) => room.relation !== "own");
  const isGone = cue.target !== "" && !others.some((one) => one.slug === cue.target);
  const chosen = (event: Event) => on.change({ target: value(event) });
  return html`<select class="select grow" aria-label=${t("Room")} @change=${chosen}>
    <option value="" ?selected=${!cue.target}>${t("Back to this show")}</option>
    ${isGone ? html`<option value=${cue.target} selected>${t("No more to choose: {name}", { name: cue.target })}</option>` : nothing}
    ${others.map((one) => html`<option value=${one.slug} ?selected=${one.slug === cue.target} ?disabled=${one.relation === "asked"}>${roomWords(one)}</option>`)}
  </select>`;
}

function roomWords(room: CueRoom): string {
  if (room.relation === "own") return t("This show");
  if (room.relation === "asked") return t("{title}: has not answered yet", { title: room.title });
  if (room.state === "live") return t("{title}: on air", { title: room.title });
  if (room.state === "rehearsing") return t("{title}: rehearsing", { title: room.title });
  if (room.state === "scheduled") return room.title;
  return t("{title}: over", { title: room.title });
}

function thingWords(one: CueThing): string {
  if (one.state === "over") return t("{title}: over", { title: one.title });
  return one.state === "open" ? t("{title}: open", { title: one.title }) : one.title;
}

function value(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

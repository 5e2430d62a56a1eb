/** Who is on stage in an act, and as what, while the run-sheet is written. */
import { html, nothing, type TemplateResult } from "lit";
import type { Act, Part, Performer } from "../generated/wire";
import { t } from "../lib/text";

const CAST_MAX = 20;

const words: Record<Part, () => string> = {
  host: () => t("Host"),
  president: () => t("President"),
  platform: () => t("Of the platform"),
  expert: () => t("Expert"),
  artist: () => t("Artist"),
  creator: () => t("Creator"),
  maker: () => t("Makes the goods"),
  shopkeeper: () => t("Of the shop"),
  guest: () => t("Guest"),
};
const PARTS = Object.keys(words) as Part[];

/** Viewers read the names; a line that was written before there was a cast becomes its first. */
export function castEditor(
  act: Act,
  isReadOnly: boolean,
  change: (more: Partial<Act>) => void,
): TemplateResult {
  const value = (event: Event) => (event.target as HTMLInputElement).value;
  const put = (cast: readonly Performer[]) => change({ cast: [...cast], people: named(cast) });
  const set = (place: number, more: Partial<Performer>) =>
    put(act.cast.map((one, at) => (at === place ? { ...one, ...more } : one)));
  return html`<fieldset class="field" ?disabled=${isReadOnly}>
    <legend>${t("Who is on stage")}</legend>
    ${act.cast.length || !act.people ? nothing : html`<p>${act.people}</p>`}
    ${act.cast.map(
      (one, place) => html`<div class="row">
        <input class="input grow" maxlength="80" required aria-label=${t("Name")} placeholder=${t("Name")}
          .value=${one.name} @input=${(event: Event) => set(place, { name: value(event) })} />
        <select class="select" aria-label=${t("In which part")} @change=${(event: Event) => set(place, { part: value(event) as Part })}>
          ${PARTS.map((part) => html`<option value=${part} ?selected=${part === one.part}>${words[part]()}</option>`)}
        </select>
        ${isReadOnly ? nothing : html`<button class="button quiet small" type="button" @click=${() => put(act.cast.filter((other) => other !== one))}>${t("Remove")}</button>`}
      </div>`,
    )}
    ${
      isReadOnly || act.cast.length >= CAST_MAX
        ? nothing
        : html`<button class="button small" type="button" @click=${() => put([...act.cast, added(act)])}>${t("Add somebody")}</button>`
    }
  </fieldset>`;
}

function added(act: Act): Performer {
  return { name: act.cast.length ? "" : act.people, part: act.cast.length ? "guest" : "host" };
}

function named(cast: readonly Performer[]): string {
  return cast
    .map((one) => one.name)
    .filter(Boolean)
    .join(", ");
}

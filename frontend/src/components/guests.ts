/** `<lh-guests>`: the stage in the studio: links for guests, who waits, who is on, and the layout. */
import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { GuestInfo, ShowStage } from "../generated/wire";
import { getJson, postJson } from "../lib/http";
import { icon } from "../lib/icons";
import { Lookout } from "../lib/lookout";
import { whyNot } from "../lib/refusals";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { guestsStyles } from "./guests-styles";

const LOOK_MS = 1_500;
const COPIED_MS = 2_000;

export class LhGuests extends LitElement {
  static override properties = {
    slug: {},
    _stage: { state: true },
    _error: { state: true },
    _copied: { state: true },
    _sure: { state: true },
  };

  declare slug: string;
  declare _stage: ShowStage | null;
  declare _error: string;
  /** The guest whose link was copied last, and the one whose link is about to be ended. */
  declare _copied: string;
  declare _sure: string;

  #busy = false;

  constructor() {
    super();
    this.slug = "";
    this._stage = null;
    this._error = "";
    this._copied = "";
    this._sure = "";
    new Lookout(this, LOOK_MS, () => this.#look());
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    const found = await getJson<ShowStage>(this.#address("guests"));
    if (!this.#busy) this._stage = found;
  }

  async #send(path: string, body: unknown = {}): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this._error = "";
    try {
      this._stage = await postJson<ShowStage>(this.#address(path), body);
    } catch (error) {
      this._error = whyNot(error);
    } finally {
      this.#busy = false;
    }
  }

  #address(path: string): string {
    return `/api/shows/${encodeURIComponent(this.slug)}/${path}`;
  }

  async #copy(guest: GuestInfo): Promise<void> {
    try {
      await navigator.clipboard.writeText(new URL(guest.path, location.href).href);
      this._copied = guest.id;
      setTimeout(() => {
        this._copied = "";
      }, COPIED_MS);
    } catch {
      // No permission: the link is shown, and can be selected by hand.
      this._error = new URL(guest.path, location.href).href;
    }
  }

  #remove(guest: GuestInfo): void {
    if (this._sure !== guest.id) {
      this._sure = guest.id;
      return;
    }
    this._sure = "";
    void this.#send(`guests/${guest.id}/remove`);
  }

  protected override render(): TemplateResult | typeof nothing {
    const stage = this._stage;
    if (!stage) return nothing;
    return html`<div class="stage">
      ${this._error ? html`<p class="bad" role="alert">${this._error}</p>` : nothing}
      ${stage.guests.length ? this.#layout(stage) : nothing}
      ${
        stage.guests.length
          ? html`<ul>${repeat(
              stage.guests,
              (one) => one.id,
              (one, index) => this.#guest(one, index),
            )}</ul>`
          : html`<p class="muted small-text">
            ${t("Guests come by a link, with the camera of their own browser. They wait until you let them on stage.")}
          </p>`
      }
      <div class="button-row">
        <button class="button" @click=${() => void this.#send("guests")}>${icon("share")}${t("Invite a guest")}</button>
      </div>
    </div>`;
  }

  #layout(stage: ShowStage): TemplateResult {
    const choices: [ShowStage["layout"], string, TemplateResult][] = [
      ["solo", t("One alone"), drawn(svg`<rect x="2" y="2" width="60" height="32" rx="3"/>`)],
      [
        "corner",
        t("In the corner"),
        drawn(svg`<rect x="2" y="2" width="60" height="32" rx="3"/>
          <rect x="42" y="21" width="16" height="9" rx="2" fill="currentColor"/>`),
      ],
      [
        "grid",
        t("Side by side"),
        drawn(svg`<rect x="2" y="2" width="28" height="32" rx="3"/>
          <rect x="34" y="2" width="28" height="32" rx="3"/>`),
      ],
    ];
    const arrange = (changed: Partial<ShowStage>) => {
      const { layout, main, names } = { ...stage, ...changed };
      void this.#send("stage", { layout, main, names });
    };
    const enlarge = (event: Event) =>
      arrange({ main: (event.target as HTMLSelectElement).value || null });
    const name = (event: Event) => arrange({ names: (event.target as HTMLInputElement).checked });
    return html`<fieldset class="layouts">
        <legend>${t("Layout")}</legend>
        ${choices.map(
          ([
            layout,
            words,
            picture,
          ]) => html`<button type="button" aria-pressed=${stage.layout === layout}
            @click=${() => arrange({ layout })}>${picture}${words}</button>`,
        )}
      </fieldset>
      <label>
        ${t("Largest")}
        <select .value=${stage.main ?? ""} @change=${enlarge}>
          <option value="" ?selected=${!stage.main}>${t("Your own camera")}</option>
          ${stage.guests.map(
            (one, index) => html`<option value=${one.id} ?selected=${stage.main === one.id}>
              ${named(one, index)}
            </option>`,
          )}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" .checked=${stage.names} @change=${name} />
        ${t("Write the guests' names on their pictures")}
      </label>`;
  }

  #guest(guest: GuestInfo, index: number): TemplateResult {
    const name = named(guest, index);
    const press = (action: string) => () => void this.#send(`guests/${guest.id}/${action}`);
    return html`<li class=${guest.on_stage ? "on" : ""}>
      <p class="who"><strong>${name}</strong>${standing(guest)}</p>
      ${
        guest.sending
          ? html`<meter min="0" max="100" low="20" high="92" optimum="60" .value=${guest.level}
            aria-label=${t("Loudness of {name}", { name })}></meter>`
          : nothing
      }
      <div class="button-row">
        ${
          guest.on_stage
            ? html`<button class="button small" @click=${press("off")}>${t("Take off stage")}</button>`
            : html`<button class="button small primary" ?disabled=${!guest.sending} @click=${press("on")}>
              ${t("Let on stage")}
            </button>`
        }
        ${
          guest.here
            ? html`<button class="button small" aria-pressed=${guest.silenced}
              @click=${press(guest.silenced ? "unsilence" : "silence")}>
              ${icon(guest.silenced ? "muted" : "sound")}${guest.silenced ? t("Let speak") : t("Silence")}
            </button>`
            : nothing
        }
        <button class="button small" @click=${() => void this.#copy(guest)}>
          ${this._copied === guest.id ? html`${icon("check")}${t("Copied")}` : html`${icon("share")}${t("Copy the link")}`}
        </button>
        <button class="button small quiet" @click=${() => this.#remove(guest)}>
          ${this._sure === guest.id ? t("Yes, end the link") : t("Remove")}
        </button>
      </div>
    </li>`;
  }

  static override styles = [...shared, guestsStyles];
}

function named(guest: GuestInfo, index: number): string {
  return guest.name || t("Guest {n}", { n: String(index + 1) });
}

function standing(guest: GuestInfo): TemplateResult {
  const muted = guest.muted ? html`<span class="badge">${t("Muted")}</span>` : nothing;
  if (guest.on_stage && guest.sending)
    return html`${muted}<span class="badge live">${t("On stage")}</span>`;
  if (guest.on_stage) return html`<span class="badge warn">${t("On stage, but gone")}</span>`;
  if (guest.sending) return html`${muted}<span class="badge good">${t("Waiting")}</span>`;
  if (guest.here) return html`<span class="badge info">${t("Getting ready")}</span>`;
  return html`<span class="badge">${t("Not here")}</span>`;
}

function drawn(shapes: TemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 64 36" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">${shapes}</svg>`;
}

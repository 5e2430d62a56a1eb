/** `<lh-run-sheet>`: writing a run-sheet: acts that are added, moved by drag or by keys, and given cues. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Act, Cue, CueRoom, PreparedInfo, RunSheet } from "../generated/wire";
import { postJson } from "../lib/http";
import { whyNot } from "../lib/refusals";
import { t } from "../lib/text";
import { moved, newAct, newCue, planned, typedSpan, writtenSpan } from "../live/acts";
import { askRooms, thingsOf } from "../live/cue-things";
import { uuid7 } from "../live/identifiers";
import { askPatterns } from "../live/patterns";
import { castEditor } from "./cast-editor";
import { cueEditor, type Picking } from "./cue-editor";
import { type Pattern, type Prepared, preparing } from "./cue-preparing";

interface Given {
  sheet: RunSheet;
  sources: { slug: string; title: string }[];
  store: string;
}

export class LhRunSheet extends LitElement {
  static override properties = {
    slug: {},
    given: { type: Object },
    mayPlan: { type: Boolean, attribute: "may-plan" },
    _acts: { state: true },
    _rooms: { state: true },
    _chosen: { state: true },
    _coupons: { state: true },
    _words: { state: true },
    _isBad: { state: true },
    _busy: { state: true },
    _dirty: { state: true },
  };

  declare slug: string;
  declare given: Given | null;
  declare mayPlan: boolean;
  declare _acts: Act[];
  declare _rooms: readonly CueRoom[];
  /** The rooms that were chosen for cues which name nothing yet. */
  declare _chosen: Readonly<Record<string, string>>;
  declare _coupons: readonly Pattern[];
  declare _words: string;
  declare _isBad: boolean;
  declare _busy: boolean;
  declare _dirty: boolean;

  #version = 0;
  #startsAtMs = 0;
  #dragged = -1;

  constructor() {
    super();
    this.slug = "";
    this.given = null;
    this.mayPlan = false;
    this._acts = [];
    this._rooms = [];
    this._chosen = {};
    this._coupons = [];
    this._words = "";
    this._isBad = false;
    this._busy = false;
    this._dirty = false;
  }

  /** Without a shadow, so that the page's own forms stand here too. */
  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.given) this.#take(this.given.sheet);
    void this.#askThings();
    if (this.mayPlan && this.given) void this.#askCoupons(this.given.store);
    addEventListener("beforeunload", this.#leaving);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#leaving);
  }

  readonly #leaving = (event: Event): void => {
    if (this._dirty) event.preventDefault();
  };

  /** What cues can name: where it cannot be had, what is chosen stays. */
  async #askThings(): Promise<void> {
    try {
      this._rooms = await askRooms(this.slug);
    } catch (error) {
      this.#tell(whyNot(error), true);
    }
  }

  async #askCoupons(store: string): Promise<void> {
    try {
      this._coupons = await askPatterns<Pattern>(store, Date.now());
    } catch {
      // Who may not see them prepares no coupons, and can do everything else.
    }
  }

  /** Keep something ready, and let the cue name it. */
  async #prepare(place: number, cue: Cue, { path, body }: Prepared): Promise<void> {
    try {
      const made = await postJson<PreparedInfo>(`/api/shows/${this.slug}/${path}`, body);
      await this.#askThings();
      this.#editCue(place, cue.id, { target: made.id });
    } catch (error) {
      this.#tell(whyNot(error), true);
    }
  }

  #tell(words: string, isBad: boolean): void {
    this._words = words;
    this._isBad = isBad;
  }

  #take(sheet: RunSheet): void {
    this.#version = sheet.version;
    this.#startsAtMs = Date.parse(sheet.starts_at);
    this._acts = sheet.acts;
    this._dirty = false;
  }

  #change(acts: Act[]): void {
    this._acts = acts;
    this._dirty = true;
    this._words = "";
  }

  #edit(place: number, change: Partial<Act>): void {
    this.#change(this._acts.map((act, at) => (at === place ? { ...act, ...change } : act)));
  }

  #editCue(place: number, id: string, change: Partial<Cue>): void {
    const cues = this._acts[place]?.cues ?? [];
    this.#edit(place, { cues: cues.map((cue) => (cue.id === id ? { ...cue, ...change } : cue)) });
  }

  async #post(path: string, body: unknown, done: string): Promise<void> {
    if (this._busy) return;
    this._busy = true;
    try {
      this.#take(await postJson<RunSheet>(`/api/shows/${this.slug}/run-sheet${path}`, body));
      this.#tell(done, false);
    } catch (error) {
      this.#tell(whyNot(error), true);
    } finally {
      this._busy = false;
    }
  }

  readonly #save = (): Promise<void> =>
    this.#post("", { version: this.#version, acts: this._acts }, t("Saved."));

  readonly #copy = (event: Event): void => {
    event.preventDefault();
    const source = new FormData(event.target as HTMLFormElement).get("source");
    void this.#post("/copy", { version: this.#version, source }, t("The acts are copied."));
  };

  readonly #add = (): void => {
    this.#change([...this._acts, newAct(uuid7(Date.now()))]);
    void this.updateComplete.then(() =>
      this.querySelector<HTMLInputElement>("li:last-child input[name=title]")?.focus(),
    );
  };

  #move(from: number, to: number): void {
    if (to < 0 || to >= this._acts.length || from === to) return;
    const id = this._acts[from]?.id;
    this.#change(moved(this._acts, from, to));
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`[data-act="${id}"] .handle`)?.focus(),
    );
  }

  #keys(event: KeyboardEvent, place: number): void {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    this.#move(place, event.key === "ArrowUp" ? place - 1 : place + 1);
  }

  protected override render(): TemplateResult {
    const times = planned(this._acts, this.#startsAtMs);
    return html`
      ${this._words ? html`<p class="notice ${this._isBad ? "bad" : "good"}" role=${this._isBad ? "alert" : "status"}>${this._words}</p>` : nothing}
      <ol class="run-sheet">
        ${repeat(
          this._acts,
          (act) => act.id,
          (act, place) => this.#act(act, place, times[place] ?? 0),
        )}
      </ol>
      ${this._acts.length ? nothing : html`<p class="muted">${t("No acts yet. What happens first?")}</p>`}
      ${this.mayPlan ? this.#actions() : nothing}
    `;
  }

  #actions(): TemplateResult {
    const sources = this.given?.sources ?? [];
    return html`<div class="button-row">
        <button class="button" type="button" @click=${this.#add}>${t("Add an act")}</button>
        <button class="button primary" type="button" ?disabled=${this._busy || !this._dirty} @click=${this.#save}>
          ${t("Save the run-sheet")}
        </button>
      </div>
      ${
        sources.length && !this._dirty
          ? html`<form class="row" @submit=${this.#copy}>
            <label for="source">${t("Copy the acts of")}</label>
            <select class="select grow" id="source" name="source">
              ${sources.map((one) => html`<option value=${one.slug}>${one.title}</option>`)}
            </select>
            <button class="button" ?disabled=${this._busy}>${t("Copy")}</button>
          </form>`
          : nothing
      }`;
  }

  #act(act: Act, place: number, atMs: number): TemplateResult {
    const off = !this.mayPlan;
    const text = (event: Event) => (event.target as HTMLInputElement).value;
    const seconds = (event: Event) => {
      const typed = typedSpan(text(event));
      if (typed !== null && typed > 0) this.#edit(place, { seconds: typed });
      else (event.target as HTMLInputElement).value = writtenSpan(act.seconds);
    };
    return html`<li
      class="card"
      data-act=${act.id}
      @dragover=${(event: DragEvent) => this.#dragged >= 0 && event.preventDefault()}
      @drop=${(event: DragEvent) => this.#drop(event, place)}
    >
      <div class="row">
        ${off ? nothing : this.#handle(act, place)}
        <time class="muted figures" datetime=${new Date(atMs).toISOString()}>${clockTime(atMs)}</time>
        <input class="input grow" name="title" maxlength="120" required aria-label=${t("Title of act {n}", { n: place + 1 })}
          placeholder=${t("What happens")} .value=${act.title} ?readonly=${off}
          @input=${(event: Event) => this.#edit(place, { title: text(event) })} />
        <input class="input span" name="seconds" size="6" inputmode="numeric" aria-label=${t("Minutes and seconds")}
          .value=${writtenSpan(act.seconds)} ?readonly=${off} @change=${seconds} />
        ${
          off
            ? nothing
            : html`<button class="button quiet small" type="button" @click=${() => this.#change(this._acts.filter((one) => one !== act))}
          aria-label=${t("Take out: {title}", { title: act.title })}>${t("Take out")}</button>`
        }
      </div>
      <details ?open=${act.title === ""}>
        <summary>${this.#summary(act)}</summary>
        <div class="form">
          ${castEditor(act, off, (more) => this.#edit(place, more))}
          <label class="field">${t("Script, for the staff")}
            <textarea class="textarea" name="script" rows="4" maxlength="5000" .value=${act.script} ?readonly=${off}
              @input=${(event: Event) => this.#edit(place, { script: text(event) })}></textarea>
          </label>
          ${this.#offers(act, place)}
          ${repeat(
            act.cues,
            (cue) => cue.id,
            (cue) => this.#cue(cue, act, place),
          )}
          ${off ? nothing : html`<button class="button small" type="button" @click=${() => this.#edit(place, { cues: [...act.cues, newCue(uuid7(Date.now()), "pin")] })}>${t("Add a cue")}</button>`}
        </div>
      </details>
    </li>`;
  }

  #cue(cue: Cue, act: Act, place: number): TemplateResult {
    const from: Picking = {
      rooms: this._rooms,
      room: this._chosen[cue.id],
      isReadOnly: !this.mayPlan,
      preparing: preparing(
        cue.kind,
        this.slug,
        this._coupons,
        (made) => void this.#prepare(place, cue, made),
      ),
    };
    return cueEditor(cue, from, {
      change: (more) => this.#editCue(place, cue.id, more),
      room: (slug) => {
        this._chosen = { ...this._chosen, [cue.id]: slug };
      },
      remove: () => this.#edit(place, { cues: act.cues.filter((one) => one !== cue) }),
    });
  }

  #summary(act: Act): string {
    return [act.people, act.cues.length ? t("Cues: {n}", { n: act.cues.length }) : ""]
      .filter(Boolean)
      .concat(t("Details"))
      .join(" · ");
  }

  #offers(act: Act, place: number): TemplateResult | typeof nothing {
    const offers = thingsOf(this._rooms[0], "pin");
    if (!offers.length) return nothing;
    const toggle = (id: string) => (event: Event) => {
      const others = act.offers.filter((one) => one !== id);
      this.#edit(place, {
        offers: (event.target as HTMLInputElement).checked ? [...others, id] : others,
      });
    };
    return html`<fieldset class="field" ?disabled=${!this.mayPlan}>
      <legend>${t("Offers of this act")}</legend>
      ${offers.map(
        (
          offer,
        ) => html`<label class="check"><input type="checkbox" .checked=${act.offers.includes(offer.id)}
          @change=${toggle(offer.id)} /> ${offer.title}</label>`,
      )}
    </fieldset>`;
  }

  #handle(act: Act, place: number): TemplateResult {
    return html`<span class="figures">${place + 1}</span>
      <button class="button quiet small handle" type="button" draggable="true"
      aria-label=${t("Move {title}: arrow keys up and down", { title: act.title })}
      @keydown=${(event: KeyboardEvent) => this.#keys(event, place)}
      @dragstart=${() => {
        this.#dragged = place;
      }}
      @dragend=${() => {
        this.#dragged = -1;
      }}>↕</button>`;
  }

  #drop(event: DragEvent, place: number): void {
    if (this.#dragged < 0) return;
    event.preventDefault();
    this.#move(this.#dragged, place);
    this.#dragged = -1;
  }
}

function clockTime(ms: number): string {
  const language = document.documentElement.lang || "en";
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(ms);
}

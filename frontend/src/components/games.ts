/** `<lh-games>`: what goes on in a room, one card at a time, so that the picture and the chat keep their place. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomState } from "../generated/wire";
import { formatSpan } from "../lib/format";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type Going, goingOn, type Kind } from "../live/going-on";
import { gamesStyles } from "./games-styles";
import { goingWords } from "./going-words";

/** Who has just touched a card does not lose it to another one. */
const BUSY_MS = 4_000;
const SWIPE_PX = 48;
/** More names than these leave no room for times beside them. */
const TIMED_MAX = 2;

export class LhGames extends LitElement {
  static override properties = {
    state: { attribute: false },
    now: { attribute: false },
    overlay: { type: Boolean, reflect: true },
    _chosen: { state: true },
    _folded: { state: true },
  };

  declare state: RoomState | null;
  /** The server's time in ms. */
  declare now: () => number;
  declare overlay: boolean;
  declare _chosen: Kind | "";
  declare _folded: boolean;

  #going: Going[] = [];
  /** What was there when we looked last. */
  readonly #marks = new Map<Kind, string>();
  /** What is new and has not been looked at. */
  readonly #unseen = new Set<Kind>();
  #touchedMs = Number.NEGATIVE_INFINITY;
  #announced = "";
  #swipe: { x: number; y: number } | null = null;

  constructor() {
    super();
    this.state = null;
    this.now = Date.now;
    this.overlay = false;
    this._chosen = "";
    this._folded = false;
    new Ticker(this, () => this.#going.length > 0);
  }

  protected override willUpdate(_: PropertyValues): void {
    this.#going = goingOn(this.state, this.now());
    const fresh = this.#going.filter((one) => this.#marks.get(one.kind) !== one.mark);
    this.#marks.clear();
    for (const one of this.#going) this.#marks.set(one.kind, one.mark);
    const [first] = fresh;
    if (first) this.#announced = t("Now: {name}", { name: goingWords(first.kind) });
    for (const { kind } of fresh) this.#unseen.add(kind);
    this.#bringForward();
    if (!this._folded && this._chosen) this.#unseen.delete(this._chosen);
  }

  /** Something new comes to the front by itself, once the viewer is not busy with another card. */
  #bringForward(): void {
    const isBusy = this._folded || performance.now() - this.#touchedMs < BUSY_MS;
    const next = this.#going.find((one) => this.#unseen.has(one.kind));
    if (next && !isBusy) this._chosen = next.kind;
    else if (!this.#shown) this._chosen = this.#going[0]?.kind ?? "";
  }

  protected override updated(changes: PropertyValues): void {
    if (!changes.has("_chosen")) return;
    const tab = this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]');
    // Not `scrollIntoView`, which would move the page, too.
    if (tab?.parentElement)
      tab.parentElement.scrollLeft =
        tab.offsetLeft - tab.parentElement.offsetLeft - tab.offsetWidth / 2;
  }

  get #shown(): Going | undefined {
    return this.#going.find((one) => one.kind === this._chosen);
  }

  protected override render(): TemplateResult | typeof nothing {
    const shown = this.#shown;
    if (!shown) return nothing;
    return html`<p class="visually-hidden" aria-live="polite">${this.#announced}</p>
      ${this._folded ? this.#chip() : this.#open(shown)}`;
  }

  /** All that is left of them, when one wants to see the picture. */
  #chip(): TemplateResult {
    const [first] = this.#going;
    const alone = this.#going.length === 1 && first;
    return html`<button class="chip" aria-expanded="false" @click=${this.#fold}>
      ${icon("down")}
      ${alone ? goingWords(first.kind) : tn("{n} thing is going on", "{n} things are going on", this.#going.length)}
      ${first?.restMs ? html`<span class="figures">${formatSpan(first.restMs)}</span>` : nothing}
      ${this.#unseen.size ? html`<span class="dot"><span class="visually-hidden">${t("New")}</span></span>` : nothing}
    </button>`;
  }

  #open(shown: Going): TemplateResult {
    const several = this.#going.length > 1;
    return html`<div class="head">
        ${
          several
            ? html`<div class="tabs" role="tablist" aria-label=${t("What is going on")} @keydown=${this.#arrow}>
              ${repeat(
                this.#going,
                (one) => one.kind,
                (one) => this.#tab(one, one === shown),
              )}
            </div>`
            : html`<span class="tabs"></span>`
        }
        <button class="fold" aria-expanded="true" aria-label=${t("Make it small")} title=${t("Make it small")}
          @click=${this.#fold}>${icon("down")}</button>
      </div>
      <div class="panel" id="panel" role=${several ? "tabpanel" : nothing} aria-labelledby=${several ? `tab-${shown.kind}` : nothing}
        @pointerdown=${this.#touched} @keydown=${this.#touched}
        @touchstart=${this.#press} @touchend=${this.#release}>
        <slot name=${shown.kind}></slot>
      </div>`;
  }

  #tab({ kind, restMs }: Going, isShown: boolean): TemplateResult {
    return html`<button role="tab" id=${`tab-${kind}`} aria-controls="panel" aria-selected=${isShown}
      tabindex=${isShown ? 0 : -1} @click=${() => this.#choose(kind)}>
      ${goingWords(kind)}
      ${restMs && !isShown && this.#going.length <= TIMED_MAX ? html`<span class="figures" aria-hidden="true">${formatSpan(restMs)}</span>` : nothing}
      ${this.#unseen.has(kind) ? html`<span class="dot"><span class="visually-hidden">${t("New")}</span></span>` : nothing}
    </button>`;
  }

  #choose(kind: Kind): void {
    this.#touched();
    this._chosen = kind;
  }

  readonly #touched = (): void => {
    this.#touchedMs = performance.now();
  };

  readonly #fold = async (): Promise<void> => {
    this._folded = !this._folded;
    this.#touched();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".chip, .fold")?.focus();
  };

  readonly #arrow = async (event: KeyboardEvent): Promise<void> => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#step(step);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  };

  #step(by: number): void {
    const count = this.#going.length;
    const at = this.#going.findIndex((one) => one.kind === this._chosen);
    const next = this.#going[(at + by + count) % count];
    if (next) this.#choose(next.kind);
  }

  readonly #press = (event: TouchEvent): void => {
    const [touch] = event.changedTouches;
    this.#swipe = touch ? { x: touch.clientX, y: touch.clientY } : null;
  };

  readonly #release = (event: TouchEvent): void => {
    const [touch] = event.changedTouches;
    const from = this.#swipe;
    this.#swipe = null;
    if (!touch || !from || this.#going.length < 2) return;
    const x = touch.clientX - from.x;
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(touch.clientY - from.y)) {
      this.#step(x < 0 ? 1 : -1);
    }
  };

  static override styles = [...shared, gamesStyles];
}

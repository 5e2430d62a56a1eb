/** `<lh-tv-room>`: a room on a TV: its picture, and over it what one can read from the sofa. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Said, Stage, WatchedShow } from "../generated/wire";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type ChatLine, heard, retracted } from "../live/chat-log";
import { type Card, pinned } from "../live/offers";
import { openReplay } from "../live/open";
import type { Heard, RoomView } from "../live/room";
import { type Phase, phaseOf, ShowSession } from "../live/session";
import { closesWords, price, productImage, standingWords } from "./offer-parts";
import type { LhPlayer } from "./player";
import { games } from "./tv-games";
import { roomStyles } from "./tv-room-styles";
import { curtainWords } from "./watch-curtain";
import { marks } from "./watch-marks";

const PICTURE_MS = 40;
/** What one takes in at a glance. */
const LINES_MAX = 6;

export class LhTvRoom extends LitElement {
  static override properties = {
    show: { type: Object },
    corner: { type: Boolean, reflect: true },
    volume: { type: Number },
    _view: { state: true },
    _lines: { state: true },
  };

  declare show: WatchedShow | null;
  /** Small and silent, beside the room that one is in. */
  declare corner: boolean;
  /** In percent. */
  declare volume: number;
  declare _view: RoomView | null;
  declare _lines: readonly ChatLine[];

  #session: ShowSession | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.show = null;
    this.corner = false;
    this.volume = 0;
    this._view = null;
    this._lines = [];
    new Ticker(this, () => !this.corner);
  }

  /** The picture's programme time in ms, or null while there is none to go by. */
  get programmeMs(): number | null {
    return this.#player?.programmeMs ?? null;
  }

  get invite(): Stage["invite"] | null {
    return this._view?.state?.stage?.invite ?? null;
  }

  get paused(): boolean {
    return this.#player?.picture === "paused";
  }

  /** The house's time in ms. */
  readonly now = (): number => this.#hears?.clock.now() ?? Date.now();

  pause(paused: boolean): void {
    if (paused !== this.paused) this.#player?.toggle();
  }

  /** Somebody has pressed a key: now there may be sound. */
  touched(): void {
    this.#loud();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(this.#follow, PICTURE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#session?.stop();
    this.#session = null;
  }

  protected override willUpdate(): void {
    this.#begin();
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("volume") || changes.has("corner")) this.#loud();
    if (changes.has("_view")) this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
  }

  get #player(): LhPlayer | null {
    return this.renderRoot.querySelector("lh-player");
  }

  get #hears(): Heard | null {
    return this.#session?.room ?? this.#session?.replay ?? null;
  }

  get #phase(): Phase {
    if (!this.show) return "soon";
    return this._view?.state?.show.state === "ended" ? "over" : phaseOf(this.show);
  }

  /** A page that nobody has touched may not make a sound: its picture would stop. */
  #loud(): void {
    const silent = this.corner || this.volume === 0 || !navigator.userActivation.hasBeenActive;
    if (silent) this.#player?.setMuted(true);
    // Sound that is turned on would also let a picture go on that was paused.
    else if (!this.paused) this.#player?.setVolume(this.volume / 100);
  }

  #begin(): void {
    if (!this.show || this.#session || !this.isConnected) return;
    const listener = {
      view: (view: RoomView) => {
        this._view = { ...view, state: view.state ?? this._view?.state ?? null };
      },
      said: (says: Said[]) => {
        this._lines = heard(this._lines, says).slice(-LINES_MAX);
      },
      retracted: (ids: string[]) => {
        this._lines = retracted(this._lines, ids);
      },
      jumped: (says: Said[]) => {
        this._lines = heard([], says).slice(-LINES_MAX);
      },
    };
    const changed = (show: WatchedShow) => {
      this.show = show;
    };
    this.#session = new ShowSession(this.show, listener, changed, undefined, openReplay);
    this.#session.start();
  }

  readonly #pictured = (): void => {
    this.#loud();
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
  };

  protected override render(): TemplateResult | typeof nothing {
    const { show } = this;
    if (!show) return nothing;
    return html`${this.#picture(show)} ${this.corner ? nothing : this.#over(show)}`;
  }

  #picture(show: WatchedShow): TemplateResult {
    const phase = this.#phase;
    const recorded = phase === "over" && show.state === "ended";
    const { addresses } = show;
    const src = phase === "on" ? addresses?.video : recorded ? addresses?.recording : "";
    return html`<lh-player preview src=${src ?? ""} ?recording=${phase === "over"}
      poster=${show.poster ?? ""} @picture=${this.#pictured} @shown=${this.#follow}></lh-player>`;
  }

  readonly #follow = (): void => this.#hears?.pictureAt(this.programmeMs);

  #over(show: WatchedShow): TemplateResult {
    const phase = this.#phase;
    const words = curtainWords(show, phase, this._view, this.#player?.picture !== "broken");
    return html`${words ? html`<div class="curtain" role="status">${words}</div>` : nothing}
      <header><h1>${show.title}</h1>${marks(show, phase, this._view)}</header>
      <div class="beside">${games(this._view?.state ?? null, this.now())} ${this.#chat()}</div>
      <footer>${this.#pin()}</footer>`;
  }

  #chat(): TemplateResult {
    return html`<ol class="lines" aria-label=${t("Chat")}>
      ${repeat(
        this._lines,
        (line) => line.id,
        (line) => html`<li class=${line.role}><strong>${line.name}</strong> ${line.text}</li>`,
      )}
    </ol>`;
  }

  #pin(): TemplateResult {
    const card = pinned(this._view?.state ?? null, this.now());
    return html`<div class="pin">${card ? this.#card(card) : nothing}</div>`;
  }

  #card(card: Card): TemplateResult {
    const closes = closesWords(card, this.now());
    return html`<article aria-label=${t("The host is showing: {title}", { title: card.title })}>
      ${productImage(card)}
      <div>
        <h2>${card.title}</h2>
        <p>${price(card)}</p>
        <p class="muted">${standingWords(card, this.now())}${closes ? html` · <span class="closes figures">${closes}</span>` : nothing}</p>
        <p class="hint">${icon("bag")}${t("Buy it on your phone")}</p>
      </div>
    </article>`;
  }

  static override styles = [...shared, roomStyles];
}

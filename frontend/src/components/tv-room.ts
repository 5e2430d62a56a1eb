/** `<lh-tv-room>`: a room on a TV: its picture, and over it what one can read from the sofa. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Said, Stage, WatchedShow } from "../generated/wire";
import { formatCount, formatSpan } from "../lib/format";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { battleCard, ranking } from "../live/battles";
import { type ChatLine, heard, retracted } from "../live/chat-log";
import { drawCard, drawPhase } from "../live/draws";
import { type Card, pinned } from "../live/offers";
import { openReplay } from "../live/open";
import type { Heard, RoomView } from "../live/room";
import { type Phase, phaseOf, ShowSession } from "../live/session";
import { closesWords, price, productImage, standingWords } from "./offer-parts";
import type { LhPlayer } from "./player";
import { roomStyles } from "./tv-room-styles";
import { curtainWords } from "./watch-curtain";
import { marks } from "./watch-marks";

const PICTURE_MS = 40;
/** What one takes in at a glance. */
const LINES_MAX = 6;
const RANKS_MAX = 5;
const WINNERS_MAX = 8;

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
    this.#timer = setInterval(() => this.#hears?.pictureAt(this.programmeMs), PICTURE_MS);
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
      poster=${show.poster ?? ""} @picture=${this.#pictured}></lh-player>`;
  }

  #over(show: WatchedShow): TemplateResult {
    const phase = this.#phase;
    const words = curtainWords(show, phase, this._view, this.#player?.picture !== "broken");
    return html`${words ? html`<div class="curtain" role="status">${words}</div>` : nothing}
      <header><h1>${show.title}</h1>${marks(show, phase, this._view)}</header>
      <aside>${this.#battle()} ${this.#draw()}</aside>
      <footer>${this.#pin()} ${this.#chat()}</footer>`;
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

  #battle(): TemplateResult | typeof nothing {
    const card = battleCard(this._view?.state ?? null);
    if (!card) return nothing;
    const restMs = card.closes_at - this.now();
    const won = card.state === "ended" && card.kind === "battle";
    return html`<section aria-label=${card.kind === "poll" ? t("Poll") : t("Battle")}>
      <h2>${card.title} ${card.state === "open" && restMs > 0 ? html`<span class="figures">${formatSpan(restMs)}</span>` : nothing}</h2>
      ${won ? html`<p class="won">${t("{name} has won!", { name: card.names[card.first] ?? "" })}</p>` : nothing}
      <ol class="ranks">
        ${repeat(
          ranking(card).slice(0, RANKS_MAX),
          (rank) => rank.number,
          (rank) => html`<li><span class="bar" style=${`--share: ${rank.share}`}></span>
            <span>${rank.name}</span><span class="figures">${formatCount(rank.votes)}</span></li>`,
        )}
      </ol>
    </section>`;
  }

  #draw(): TemplateResult | typeof nothing {
    const state = this._view?.state ?? null;
    const card = drawCard(state);
    if (!card) return nothing;
    const phase = drawPhase(card, state, this.now(), undefined);
    const timed = phase.kind === "open" || phase.kind === "soon";
    return html`<section aria-label=${t("Draw")}>
      <h2>${card.title} ${timed ? html`<span class="figures">${formatSpan(phase.ms)}</span>` : nothing}</h2>
      ${card.goal ? html`<progress max=${card.goal} value=${Math.min(card.goal, card.entrants)}></progress>` : nothing}
      <p role="status">${drawWords(phase)}</p>
    </section>`;
  }

  static override styles = [...shared, roomStyles];
}

function drawWords(phase: ReturnType<typeof drawPhase>): string {
  switch (phase.kind) {
    case "soon":
      return t("The terms are fixed. It opens in a moment.");
    case "open":
    case "joined":
      return phase.missing
        ? tn("{n} is missing", "{n} are missing", phase.missing)
        : t("Take part on your phone");
    case "drawing":
      return t("It is being drawn…");
    case "result":
      if (phase.stage === "unfilled") return t("Too few came in time. The pot rolls on.");
      if (phase.stage === "void") return t("The show ended before the draw.");
      return `${tn("{n} has won:", "{n} have won:", phase.won)} ${phase.winners.slice(0, WINNERS_MAX).join(", ")}`;
  }
}

/** `<lh-watch>`: a whole show to watch: the picture, the chat, the pinned offer, the bag, and buying. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type {
  Drawn,
  GameResult,
  JoinAnswer,
  RoomState,
  Said,
  VoteCounted,
  WatchedShow,
} from "../generated/wire";
import { formatCount } from "../lib/format";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { purchases } from "../live/chat-log";
import type { RoomClient } from "../live/client";
import { type Card, canBuy, cards, pinned } from "../live/offers";
import { openReplay } from "../live/open";
import type { Heard, RoomView } from "../live/room";
import { type Phase, phaseOf, ShowSession } from "../live/session";
import { Basket } from "./basket";
import { BattlePart } from "./battle-part";
import type { LhBuy } from "./buy";
import { CrowdPart } from "./crowd-part";
import { DrawPart } from "./draw-part";
import { FairPart } from "./fair-part";
import type { LhHearts } from "./hearts";
import type { LhPlayer } from "./player";
import type { LhToasts } from "./toasts";
import { cornerStyles } from "./watch-corner-styles";
import { curtainWords } from "./watch-curtain";
import { marks } from "./watch-marks";
import { watchStyles } from "./watch-styles";
import { wideStyles } from "./watch-wide-styles";

const WIDE = "(width >= 64rem)";
/** A cue may be late by so much and a picture. */
const PICTURE_MS = 40;

export class LhWatch extends LitElement {
  static override properties = {
    show: { type: Object },
    corner: { type: Boolean, reflect: true },
    _now: { state: true },
    _view: { state: true },
    _wide: { state: true },
    _tab: { state: true },
  };

  declare show: WatchedShow | null;
  /** Small and quiet, beside another room that one is in. */
  declare corner: boolean;
  declare _view: RoomView | null;
  declare _wide: boolean;
  declare _tab: "chat" | "offers";

  /** Opens the show's room; the style guide puts a made-up one in its place. */
  openRoom: ((show: WatchedShow) => RoomClient | null) | undefined;

  readonly #basket = new Basket(this);
  readonly #fair = new FairPart(this, () => ({
    room: this.#room,
    runId: this.show?.run?.id ?? "",
    state: this._view?.state ?? null,
    now: this.#now,
    pictureMs: this.#player?.programmeMs ?? null,
  }));
  readonly #battle = new BattlePart(this, () => ({
    room: this.#room,
    state: this._view?.state ?? null,
    now: this.#now,
  }));
  readonly #draw = new DrawPart(this, () => ({
    room: this.#room,
    runId: this.show?.run?.id ?? "",
    slug: this.show?.slug ?? "",
    state: this._view?.state ?? null,
    now: this.#now,
  }));
  readonly #crowd = new CrowdPart(this, () => ({
    room: this.#room,
    state: this._view?.state ?? null,
    now: this.#now,
  }));
  #session: ShowSession | null = null;
  #pictureTimer: ReturnType<typeof setInterval> | undefined;
  #likes = 0;
  #invite = "";
  readonly #media = matchMedia(WIDE);

  constructor() {
    super();
    this.show = null;
    this.corner = false;
    this._view = null;
    this._wide = this.#media.matches;
    this._tab = "chat";
    new Ticker(this, () => this.#phase === "soon");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#media.addEventListener("change", this.#resized);
    this.#pictureTimer = setInterval(() => {
      this.#hears?.pictureAt(this.#player?.programmeMs ?? null);
    }, PICTURE_MS);
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#media.removeEventListener("change", this.#resized);
    clearInterval(this.#pictureTimer);
    this.#session?.stop();
    this.#session = null;
  }

  protected override willUpdate(): void {
    this.#begin();
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("_view")) {
      this.#float();
      this.#pass();
    }
    if (changes.has("corner") && changes.get("corner") !== undefined) {
      this.#player?.setMuted(this.corner);
    }
    void this.#basket.greet(this._view?.you?.signed_in === true);
  }

  /** Let who is around know that the stage calls into another room, or no longer does. */
  #pass(): void {
    const { invite } = this._view?.state?.stage ?? {};
    const words = invite ? `${invite.slug} ${invite.text}` : "";
    if (words === this.#invite) return;
    this.#invite = words;
    this.dispatchEvent(new CustomEvent("invited", { detail: invite ?? null, bubbles: true }));
  }

  get #room(): RoomClient | null {
    return this.#session?.room ?? null;
  }

  /** The room, or the recorded one. */
  get #hears(): Heard | null {
    return this.#session?.room ?? this.#session?.replay ?? null;
  }

  get #player(): LhPlayer | null {
    return this.renderRoot.querySelector("lh-player");
  }

  get #phase(): Phase {
    if (!this.show) return "soon";
    return this._view?.state?.show.state === "ended" ? "over" : phaseOf(this.show);
  }

  /** Whether the recorded room runs along with the picture. */
  get #recording(): boolean {
    return this.#phase === "over" && this.#session?.replay != null;
  }

  /** The room's own state, or before there is one the offers as planned. */
  get #state(): RoomState | null {
    if (this._view?.state) return this._view.state;
    if (!this.show?.offers) return null;
    return { offers: this.show.offers } as RoomState;
  }

  readonly #now = (): number => this.#hears?.clock.now() ?? Date.now();

  readonly #resized = (): void => {
    this._wide = this.#media.matches;
  };

  #begin(): void {
    if (!this.show || this.#session || !this.isConnected) return;
    const listener = {
      view: (view: RoomView) => {
        // Until a recorded room has a state, that of the show's last moment stays.
        this._view = { ...view, state: view.state ?? this._view?.state ?? null };
        this.#fair.seen(view.state);
        this.#draw.seen(view.state);
        this.#battle.seen(view.state);
        this.#crowd.seen(view.state);
      },
      said: (says: Said[]) => this.#said(says),
      drawn: (drawn: Drawn) => this.#fair.heard(drawn),
      voted: (answer: VoteCounted) => this.#battle.counted(answer),
      played: (result: GameResult) => this.#draw.heard(result),
      tookPart: (answer: JoinAnswer) => this.#draw.tookPart(answer),
    };
    this.#session = new ShowSession(
      this.show,
      listener,
      (show) => {
        this.show = show;
        // After the show its last state stays: the offers are still worth a look.
        if (!this.#session?.room && phaseOf(show) !== "over") this._view = null;
        this.requestUpdate();
      },
      this.openRoom,
      openReplay,
    );
    this.#session.start();
  }

  #said(says: Said[]): void {
    const toasts = this.renderRoot.querySelector<LhToasts>("lh-toasts");
    for (const { name, offerId, quantity } of purchases(says)) {
      const title = this._view?.state?.offers[offerId]?.title ?? "";
      if (!title) continue;
      toasts?.add(
        quantity > 1
          ? t("{name} bought {title} × {quantity}", { name, title, quantity })
          : t("{name} bought {title}", { name, title }),
      );
    }
  }

  /** Other people's likes float up too. */
  #float(): void {
    const likes = this._view?.state?.counts?.likes ?? 0;
    if (this.#likes && likes > this.#likes) this.#hearts?.burst(Math.min(3, likes - this.#likes));
    this.#likes = likes;
  }

  get #hearts(): LhHearts | null {
    return this.renderRoot.querySelector("lh-hearts");
  }

  readonly #like = (): void => {
    this.#room?.like();
    this.#hearts?.burst(1);
  };

  readonly #buy = (event: CustomEvent<string>): void => {
    const title = this.#state?.offers[event.detail]?.title ?? "";
    this.#sheet?.close();
    void this.renderRoot.querySelector<LhBuy>("lh-buy")?.buy(event.detail, title);
  };

  readonly #enter = (event: CustomEvent<string>): void => {
    const card = this.#card(event.detail);
    this.#sheet?.close();
    if (card) void this.#fair.press(card);
  };

  readonly #card = (id: string): Card | null =>
    cards(this.#state, this.#now()).find((card) => card.id === id) ?? null;

  readonly #put = async (event: CustomEvent<{ id: string; title: string }>): Promise<void> => {
    const put = await this.#basket.put(event.detail.id, event.detail.title);
    if (put.kind === "guest") {
      this.#sheet?.close();
      void this.renderRoot.querySelector<LhBuy>("lh-buy")?.askToSignIn();
    } else this.#tell(put.words);
  };

  #tell(words: string): void {
    this.renderRoot.querySelector<LhToasts>("lh-toasts")?.add(words);
  }

  get #sheet(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog.sheet");
  }

  get #signIn(): string {
    return `/sign-in?next=${encodeURIComponent(`/shows/${this.show?.slug ?? ""}`)}`;
  }

  readonly #share = async (): Promise<void> => {
    const url = new URL(`/shows/${this.show?.slug ?? ""}`, location.href).href;
    try {
      if (navigator.share) await navigator.share({ title: this.show?.title ?? "", url });
      else {
        await navigator.clipboard.writeText(url);
        this.#tell(t("The link is copied"));
      }
    } catch {
      // The viewer changed their mind, or the browser forbids it.
    }
  };

  protected override render(): TemplateResult | typeof nothing {
    const { show } = this;
    if (!show) return nothing;
    const wide = this._wide;
    return html`
      <div class="house ${wide ? "wide" : ""}" @buy=${this.#buy} @basket=${this.#put} @enter=${this.#enter}>
        <div class="stage">
          <div class="theatre ${this.#recording ? "recording" : this.#phase === "on" ? "" : "plain"}">
            ${this.#picture(show)} ${this.#curtain(show)}
            ${wide ? marks(show, this.#phase, this._view) : this.#top(show)}
            ${wide ? html`<lh-toasts></lh-toasts>` : this.#bottom()}
            <lh-hearts></lh-hearts>
          </div>
          ${wide ? this.#caption(show) : nothing}
        </div>
        ${wide ? this.#panel() : this.#bagSheet()}
        <lh-buy .room=${this.#room} .now=${this.#now} sign-in=${this.#signIn}></lh-buy>
        ${this.#fair.dialog(this.#card, this.#signIn)}
      </div>
    `;
  }

  #picture(show: WatchedShow): TemplateResult {
    const phase = this.#phase;
    const addresses = show.addresses;
    const recorded = phase === "over" && show.state === "ended";
    const src = phase === "on" ? addresses?.video : recorded ? addresses?.recording : "";
    return html`<lh-player
      src=${src ?? ""}
      ?recording=${phase === "over"}
      ?preview=${this.corner}
      poster=${show.poster ?? ""}
      @picture=${() => this.requestUpdate()}
    ></lh-player>`;
  }

  /** What stands before the picture while there is none: soon, cancelled, over, or not let in. */
  #curtain(show: WatchedShow): TemplateResult | typeof nothing {
    const recorded = this.#player?.picture !== "broken";
    const words = curtainWords(show, this.#phase, this._view, recorded);
    if (!words) return nothing;
    return html`<div class="curtain" role="status">
      ${show.poster ? html`<img src=${show.poster} alt="" @error=${hide} />` : nothing} ${words}
    </div>`;
  }

  #title(show: WatchedShow): TemplateResult {
    const room = show.room_slug ? `/rooms/${show.room_slug}` : "";
    const store = show.store_name ?? "";
    return html`<div class="title">
      <h1>${show.title}</h1>
      <p>${room && this._wide ? html`<a href=${room}>${store}</a>` : store}</p>
    </div>`;
  }

  #top(show: WatchedShow): TemplateResult {
    return html`<div class="top">
      <div class="first">
        <a class="round" href="/" aria-label=${t("Leave the show")}>${icon("left")}</a>
        ${this.#title(show)}
        ${
          this.#phase === "on"
            ? nothing
            : html`<button class="round" @click=${this.#openBag} aria-label=${t("Offers")}>
              ${icon("bag")}
            </button>`
        }
        ${this.#basket.link("round")}
        <button class="round" @click=${this.#share} aria-label=${t("Share")}>${icon("share")}</button>
      </div>
      ${marks(show, this.#phase, this._view)} ${this.#programme()}
    </div>`;
  }

  #programme(): TemplateResult {
    return html`<lh-programme .state=${this._view?.state ?? null} .now=${this.#now}></lh-programme>`;
  }

  #bottom(): TemplateResult {
    return html`<div class="bottom">
      <lh-toasts></lh-toasts>
      <lh-chat overlay .room=${this.#room} .hears=${this.#hears} .view=${this._view}
        sign-in=${this.#signIn} ?closed=${this.#phase !== "on"} ?recording=${this.#recording}>
        ${this.#pin("between")}
        ${this.#phase === "on" ? this.#games("between", true) : nothing}
        ${this.#recording ? nothing : this.#beside()}
      </lh-chat>
    </div>`;
  }

  #games(slot: string, overlay: boolean): TemplateResult {
    return html`${this.#draw.card(slot, overlay, this.#signIn)}
    ${this.#battle.card(slot, overlay, this.#signIn)} ${this.#crowd.cards(slot, overlay, this.#signIn)}`;
  }

  #beside(): TemplateResult {
    const offers = this.#buyable;
    return html`<div slot="beside" class="beside">
          <button
            class="round bag"
            @click=${this.#openBag}
            aria-label=${tn("Offers: {n} to buy now", "Offers: {n} to buy now", offers)}
          >
            ${icon("bag")}${offers ? html`<span class="count" aria-hidden="true">${offers}</span>` : nothing}
          </button>
          <button class="round" @click=${this.#like} aria-label=${t("Like")}>${icon("heart")}</button>
        </div>`;
  }

  get #buyable(): number {
    return this.#phase === "on" ? cards(this.#state, this.#now()).filter(canBuy).length : 0;
  }

  #pin(slot: string): TemplateResult | typeof nothing {
    const card: Card | null =
      this.#phase === "on" || this.#recording
        ? pinned(this._view?.state ?? null, this.#now())
        : null;
    return html`<lh-pin
      slot=${slot || nothing}
      ?overlay=${!this._wide}
      ?filled=${card !== null}
      ?closed=${this.#recording}
      .card=${card}
      .now=${this.#now}
      .fair=${this.#fair.view}
    ></lh-pin>`;
  }

  readonly #openBag = (): void => this.#sheet?.showModal();

  #bagSheet(): TemplateResult {
    return html`<dialog
      class="sheet"
      aria-labelledby="offers"
      @click=${(event: Event) => event.target === this.#sheet && this.#sheet?.close()}
    >
      <header>
        <h2 id="offers" tabindex="-1" autofocus>${t("Offers")}</h2>
        <button class="button quiet icon" @click=${() => this.#sheet?.close()} aria-label=${t("Close")}>
          ${icon("close")}
        </button>
      </header>
      ${this.#bag()}
    </dialog>`;
  }

  #bag(): TemplateResult {
    const coupons =
      this.#phase === "on"
        ? html`<lh-coupons .state=${this.#state} .now=${this.#now}></lh-coupons>`
        : nothing;
    return html`${coupons}<lh-bag .state=${this.#state} .now=${this.#now} .fair=${this.#fair.view} ?closed=${this.#phase !== "on"}></lh-bag>`;
  }

  #caption(show: WatchedShow): TemplateResult {
    const likes = this._view?.state?.counts?.likes ?? 0;
    return html`<div class="caption">
      ${this.#title(show)} ${this.#programme()}
      ${
        this.#phase === "on"
          ? html`<button class="button" @click=${this.#like}>
            <span class="like">${icon("heart")}</span><span class="visually-hidden">${t("Like")}</span>
            <span class="figures">${formatCount(likes)}</span>
          </button>`
          : this.#recording
            ? html`<span class="likes muted figures" title=${t("Likes at this moment of the show")}>
              <span class="like">${icon("heart")}</span> ${formatCount(likes)}
            </span>`
            : nothing
      }
      ${this.#basket.link("button")}
      <button class="button" @click=${this.#share}>${icon("share")}${t("Share")}</button>
    </div>`;
  }

  #panel(): TemplateResult {
    const tab = this._tab;
    const offers = this.#buyable;
    const pick = (name: "chat" | "offers") => () => {
      this._tab = name;
    };
    return html`<aside class="panel" aria-label=${t("Chat and offers")}>
      ${this.#pin("")}
      ${this.#phase === "on" ? this.#games("", false) : nothing}
      <div class="tabs" role="tablist" @keydown=${this.#tabKeys}>
        <button role="tab" id="tab-chat" aria-controls="panel-chat" aria-selected=${tab === "chat"}
          tabindex=${tab === "chat" ? 0 : -1} @click=${pick("chat")}>${t("Chat")}</button>
        <button role="tab" id="tab-offers" aria-controls="panel-offers" aria-selected=${tab === "offers"}
          tabindex=${tab === "offers" ? 0 : -1} @click=${pick("offers")}>
          ${t("Offers")}${offers ? html`<span class="badge">${offers}</span>` : nothing}
        </button>
      </div>
      <div class="tab" role="tabpanel" id="panel-chat" aria-labelledby="tab-chat" ?hidden=${tab !== "chat"}>
        <lh-chat .room=${this.#room} .hears=${this.#hears} .view=${this._view}
        sign-in=${this.#signIn} ?closed=${this.#phase !== "on"} ?recording=${this.#recording}></lh-chat>
      </div>
      <div class="tab" role="tabpanel" id="panel-offers" aria-labelledby="tab-offers" ?hidden=${tab !== "offers"}>
        ${this.#bag()}
      </div>
    </aside>`;
  }

  readonly #tabKeys = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this._tab = this._tab === "chat" ? "offers" : "chat";
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus(),
    );
  };

  static override styles = [...shared, watchStyles, wideStyles, cornerStyles];
}

/** A poster that does not come leaves no torn page. */
function hide(event: Event): void {
  (event.target as HTMLElement).hidden = true;
}

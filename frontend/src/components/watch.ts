/** `<lh-watch>`: a whole show to watch: the picture, the chat, the pinned offer, the bag, and buying. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type {
  Drawn,
  GameResult,
  JoinAnswer,
  RoomState,
  Said,
  Stage,
  VoteCounted,
  WatchedShow,
} from "../generated/wire";
import { shared } from "../lib/shared-styles";
import { t, withWords } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { purchases } from "../live/chat-log";
import type { RoomClient } from "../live/client";
import { type Card, cards } from "../live/offers";
import { openReplay } from "../live/open";
import type { Heard, RoomView } from "../live/room";
import { type Phase, phaseOf, ShowSession } from "../live/session";
import { FairPart } from "./fair-part";
import type { LhFollow } from "./follow";
import { GamesPart } from "./games-part";
import type { LhHearts } from "./hearts";
import type { LhPlayer } from "./player";
import { WaitPart } from "./wait-part";
import { cornerStyles } from "./watch-corner-styles";
import { curtainWords } from "./watch-curtain";
import { marks } from "./watch-marks";
import { bagSheet, bottom, top } from "./watch-narrow";
import { loadExtras, SalePart } from "./watch-sale";
import type { Scene } from "./watch-scene";
import { watchStyles } from "./watch-styles";
import { caption, panel, type Tab } from "./watch-wide";
import { wideStyles } from "./watch-wide-styles";

const WIDE = "(width >= 64rem)";
type Invite = NonNullable<Stage["invite"]>;

/** A cue may be late by so much and a picture. */
const PICTURE_MS = 40;

export class LhWatch extends LitElement {
  static override properties = {
    show: { type: Object },
    corner: { type: Boolean, reflect: true },
    outside: { attribute: false },
    screen: { attribute: false },
    _now: { state: true },
    _view: { state: true },
    _wide: { state: true },
    _tab: { state: true },
  };

  declare show: WatchedShow | null;
  /** Small and quiet, beside another room that one is in. */
  declare corner: boolean;
  /** Only the picture, for who may come in a moment: nobody enters the room yet. */
  declare outside: boolean;
  /** Another screen that has the picture: this page has the room, and in the picture's place the slot `screen`. */
  declare screen: { readonly programmeMs: number | null } | null;
  declare _view: RoomView | null;
  declare _wide: boolean;
  declare _tab: Tab;

  /** Opens the show's room; the style guide puts a made-up one in its place. */
  openRoom: ((show: WatchedShow) => RoomClient | null) | undefined;

  readonly #sale = new SalePart(this);
  readonly #fair = new FairPart(this, () => ({
    room: this.#room,
    runId: this.show?.run?.id ?? "",
    state: this._view?.state ?? null,
    now: this.#now,
    pictureMs: this.#pictureMs,
  }));
  readonly #games = new GamesPart(this, () => ({
    room: this.#room,
    runId: this.show?.run?.id ?? "",
    state: this._view?.state ?? null,
    now: this.#now,
  }));
  readonly #wait = new WaitPart(this, () => ({
    isGuest: this.#room?.view.you?.signed_in !== true,
    now: this.#now,
    tell: (words) => this.#sale.tell(words),
    askToSignIn: () => void this.#sale.askToSignIn(),
  }));
  #session: ShowSession | null = null;
  #pictureTimer: ReturnType<typeof setInterval> | undefined;
  #likes = 0;
  #invite: Invite | null = null;
  readonly #media = matchMedia(WIDE);

  constructor() {
    super();
    this.show = null;
    this.corner = false;
    this.outside = false;
    this.screen = null;
    this._view = null;
    this._wide = this.#media.matches;
    this._tab = "chat";
    new Ticker(this, () => this.#phase === "soon");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#media.addEventListener("change", this.#resized);
    this.#pictureTimer = setInterval(this.#keepInStep, PICTURE_MS);
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
    if (this.screen) void loadExtras();
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("_view")) {
      this.#float();
      this.#pass();
    }
    if (changes.has("corner") && changes.get("corner") !== undefined) {
      this.#player?.setMuted(this.corner);
    }
    void this.#sale.basket.greet(this._view?.you?.signed_in === true);
  }

  /** The room into which the stage calls; an empty slug calls back to itself. */
  get invite(): Invite | null {
    return this.#invite;
  }

  /** Let who is around know that the stage calls into another room, or no longer does. */
  #pass(): void {
    const invite = this._view?.state?.stage?.invite ?? null;
    if (invite?.slug === this.#invite?.slug && invite?.text === this.#invite?.text) return;
    this.#invite = invite;
    this.dispatchEvent(new CustomEvent("invited", { bubbles: true }));
  }

  get #room(): RoomClient | null {
    return this.#session?.room ?? null;
  }

  /** The room, or the recorded one. */
  get #hears(): Heard | null {
    return this.#session?.room ?? this.#session?.replay ?? null;
  }

  /** Where the picture is in the programme; null while there is none to go by. */
  get #pictureMs(): number | null {
    return (this.screen ?? this.#player)?.programmeMs ?? null;
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

  /** The house's time in ms. */
  now(): number {
    return this.#now();
  }

  readonly #now = (): number => this.#hears?.clock.now() ?? Date.now();

  readonly #resized = (): void => {
    this._wide = this.#media.matches;
  };

  #begin(): void {
    if (!this.show || this.#session || this.outside || !this.isConnected) return;
    const listener = {
      view: (view: RoomView) => {
        // Until a recorded room has a state, that of the show's last moment stays.
        this._view = { ...view, state: view.state ?? this._view?.state ?? null };
        this.#fair.seen(view.state);
        this.#games.seen(view.state);
        this.#wait.seen(view.state);
      },
      said: (says: Said[]) => this.#said(says),
      drawn: (drawn: Drawn) => this.#fair.heard(drawn),
      voted: (answer: VoteCounted) => this.#games.counted(answer),
      played: (result: GameResult) => this.#games.heard(result),
      tookPart: (answer: JoinAnswer) => this.#games.tookPart(answer),
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
    for (const { name, offerId, quantity } of purchases(says)) {
      const title = this._view?.state?.offers[offerId]?.title ?? "";
      if (!title) continue;
      this.#sale.tell(
        quantity > 1
          ? t("{name} bought {title} × {quantity}", { name, title, quantity })
          : t("{name} bought {title}", { name, title }),
      );
    }
  }

  /** Other people's likes float up too. */
  #float(): void {
    const likes = this._view?.state?.counts?.likes ?? 0;
    if (this.#likes && likes > this.#likes) this.#hearts?.burst?.(Math.min(3, likes - this.#likes));
    this.#likes = likes;
  }

  get #hearts(): LhHearts | null {
    return this.renderRoot.querySelector("lh-hearts");
  }

  readonly #like = (): void => {
    this.#room?.like();
    this.#hearts?.burst?.(1);
  };

  readonly #buy = (event: CustomEvent<string>): void => {
    void this.#sale.buy(event.detail, this.#state?.offers[event.detail]?.title ?? "");
  };

  readonly #told = (event: CustomEvent<string>): void => this.#sale.tell(event.detail);

  /** A draw asks for it; the button beside the store's name does it. */
  readonly #follow = async (): Promise<void> => {
    await loadExtras();
    await this.renderRoot.querySelector<LhFollow>("lh-follow")?.follow();
  };

  readonly #enter = (event: CustomEvent<string>): void => {
    const card = this.#card(event.detail);
    this.#sale.closeBag();
    if (card) void this.#fair.press(card);
  };

  readonly #card = (id: string): Card | null =>
    cards(this.#state, this.#now()).find((card) => card.id === id) ?? null;

  readonly #put = (event: CustomEvent<{ id: string; title: string }>): void => {
    void this.#sale.put(event.detail.id, event.detail.title);
  };

  get #signIn(): string {
    // Whoever brought us counts when we come back signed in.
    const by = new URLSearchParams(location.search).get("by");
    const here = `/shows/${this.show?.slug ?? ""}${by ? `?by=${encodeURIComponent(by)}` : ""}`;
    return `/sign-in?next=${encodeURIComponent(here)}`;
  }

  /** The dialog comes when somebody asks for it. */
  readonly #share = async (): Promise<void> => {
    const { show } = this;
    if (!show) return;
    const { openShare } = await withWords(import("./share"));
    const what = { kind: "show" as const, name: show.slug, title: show.title };
    await openShare(this.renderRoot, what, this.#signIn);
  };

  /** The show at this moment, for the layouts. */
  #scene(show: WatchedShow): Scene {
    return {
      show,
      phase: this.#phase,
      recording: this.#recording,
      elsewhere: this.screen !== null,
      view: this._view,
      state: this.#state,
      room: this.#room,
      hears: this.#hears,
      now: this.#now,
      fair: this.#fair.view,
      waits: this.#wait.view,
      basket: this.#sale.basket,
      signIn: this.#signIn,
      games: (slot, overlay) =>
        this.#games.cards(slot, overlay, this.#signIn, () => void this.#share()),
      like: this.#like,
      share: this.#share,
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { show } = this;
    if (!show) return nothing;
    const wide = this._wide;
    const scene = this.#scene(show);
    return html`
      <div class="house ${wide ? "wide" : ""}" @buy=${this.#buy} @basket=${this.#put} @enter=${this.#enter} @wait=${this.#wait.join} @unwait=${this.#wait.leave} @remind=${this.#wait.remind} @tell=${this.#told} @follow=${this.#follow}>
        <div class="stage">
          <div class="theatre ${this.#recording ? "recording" : this.#phase === "on" ? "" : "plain"}">
            ${this.#picture(show)} ${this.#curtain(show)}
            ${wide ? marks(show, this.#phase, this._view) : top(scene)}
            ${wide ? html`<lh-toasts></lh-toasts>` : bottom(scene)}
            <lh-hearts></lh-hearts>
          </div>
          ${wide ? caption(scene) : nothing}
        </div>
        ${wide ? panel(scene, this._tab, this.#choose) : bagSheet(scene)}
        <lh-buy .room=${this.#room} .now=${this.#now} sign-in=${this.#signIn}></lh-buy>
        ${this.#fair.dialog(this.#card, this.#signIn)}
      </div>
    `;
  }

  #picture(show: WatchedShow): TemplateResult {
    if (this.screen) return html`<slot name="screen"></slot>`;
    const phase = this.#phase;
    const addresses = show.addresses;
    const recorded = phase === "over" && show.state === "ended";
    const src = phase === "on" ? addresses?.video : recorded ? addresses?.recording : "";
    return html`<lh-player
      src=${src ?? ""}
      ?recording=${phase === "over"}
      ?preview=${this.corner}
      poster=${show.poster ?? ""}
      @picture=${this.#pictured}
      @shown=${this.#keepInStep}
    ></lh-player>`;
  }

  /** The room keeps to each picture as it is shown; to the clock where nobody tells of pictures. */
  readonly #keepInStep = (): void => this.#hears?.pictureAt(this.#pictureMs);

  readonly #pictured = (): void => {
    this.requestUpdate();
    const waits = this.#phase === "on" && ["none", "loading"].includes(this.#player?.picture ?? "");
    if (!waits) void loadExtras();
  };

  /** What stands before the picture while there is none: soon, cancelled, over, or not let in. */
  #curtain(show: WatchedShow): TemplateResult | typeof nothing {
    const recorded = this.#player?.picture !== "broken";
    const words = curtainWords(show, this.#phase, this._view, recorded);
    if (!words) return nothing;
    return html`<div class="curtain" role="status">
      ${show.poster ? html`<img src=${show.poster} alt="" @error=${hide} />` : nothing} ${words}
    </div>`;
  }

  readonly #choose = (tab: Tab): void => {
    void loadExtras();
    this._tab = tab;
  };

  static override styles = [...shared, watchStyles, wideStyles, cornerStyles];
}

/** A poster that does not come leaves no torn page. */
function hide(event: Event): void {
  (event.target as HTMLElement).hidden = true;
}

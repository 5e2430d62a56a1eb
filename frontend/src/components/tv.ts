/** `<lh-tv>`: a television: what is on, a show with its other rooms, and the code that pairs a phone. All by arrows and Enter. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type {
  CompanionRoom,
  Companions,
  ScreenInfo,
  ScreenReport,
  TvGuide,
  WatchedShow,
} from "../generated/wire";
import { getJson, postJson } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { directionOf, nearest } from "../lib/spatial";
import { t } from "../lib/text";
import { News } from "../live/screens";
import { kindWords } from "./rooms";
import { guidePage, pairing } from "./tv-parts";
import type { LhTvRoom } from "./tv-room";
import { tvStyles } from "./tv-styles";

const GUIDE_MS = 15_000;
const REPORT_MS = 5_000;
const BAR_MS = 8_000;
const AGAIN_MS = 5_000;
const VOLUME = 100;
const SELECT = new Set(["Enter", " ", "Accept", "Select"]);
const BACK = new Set(["Escape", "Backspace", "GoBack", "BrowserBack"]);

export class LhTv extends LitElement {
  static override properties = {
    guide: { type: Object },
    slug: {},
    _screen: { state: true },
    _show: { state: true },
    _corner: { state: true },
    _ready: { state: true },
    _rooms: { state: true },
    _bar: { state: true },
    _volume: { state: true },
  };

  declare guide: TvGuide;
  /** The show to play at once; later the one that plays, empty in the guide. */
  declare slug: string;
  declare _screen: ScreenInfo | null;
  declare _show: WatchedShow | null;
  /** The room that one has come from, which stays to go back to. */
  declare _corner: WatchedShow | null;
  /** A room that may be next: its picture runs already, unseen. */
  declare _ready: WatchedShow | null;
  declare _rooms: CompanionRoom[];
  declare _bar: boolean;
  declare _volume: number;

  #news: News<ScreenInfo> | null = null;
  #timers: ReturnType<typeof setInterval>[] = [];
  #barTimer: ReturnType<typeof setTimeout> | undefined;
  #told = "";

  constructor() {
    super();
    this.guide = { on: [], coming: [] };
    this.slug = "";
    this._screen = null;
    this._show = null;
    this._corner = null;
    this._ready = null;
    this._rooms = [];
    this._bar = false;
    this._volume = VOLUME;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#key);
    this.#timers = [
      setInterval(() => void this.#look(), GUIDE_MS),
      setInterval(() => void this.#report(true), REPORT_MS),
    ];
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#key);
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    clearTimeout(this.#barTimer);
    this.#news?.stop();
  }

  protected override firstUpdated(): void {
    if (this.slug) void this.#play(this.slug);
    else this.#focusFirst();
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("_bar") || (changes.has("_show") && !this._show)) this.#focusFirst();
  }

  /** The room that one is in. */
  get #room(): LhTvRoom | null {
    return this.renderRoot.querySelector("lh-tv-room:not([corner], [hidden])");
  }

  /** Turned on: learn our code, or what our phone wants. */
  async #begin(): Promise<void> {
    try {
      const screen = await postJson<ScreenInfo>("/api/screen");
      if (!this.isConnected) return;
      this._screen = screen;
      if (!this.slug && screen.paired && screen.wish.show) void this.#play(screen.wish.show);
      this.#news = new News<ScreenInfo>("/api/screen", (one) => one.asked, {
        heard: (one) => this.#heard(one),
        gone: () => {
          this._screen = null;
          void this.#begin();
        },
      });
      void this.#news.follow(screen.asked);
      void this.#report();
    } catch {
      setTimeout(() => this.isConnected && void this.#begin(), AGAIN_MS);
    }
  }

  /** The phone has asked for something: only what is new is done, so that our own keys count too. */
  #heard(screen: ScreenInfo): void {
    const before = this._screen?.wish ?? {};
    const { wish } = screen;
    this._screen = screen;
    if (wish.show && wish.show !== before.show && wish.show !== this.slug) {
      void this.#play(wish.show);
    }
    if (typeof wish.volume === "number" && wish.volume !== before.volume) {
      this._volume = wish.volume;
    }
    if (typeof wish.paused === "boolean" && wish.paused !== before.paused) {
      this.#room?.pause(wish.paused);
    }
    void this.#report(true);
  }

  /** Tell the phone what we show; where the picture is, it must hear now and then. */
  async #report(always = false): Promise<void> {
    if (!this._screen?.paired) return;
    const room = this.#room;
    const at = Math.round(room?.programmeMs ?? 0);
    const report: ScreenReport = {
      show: this.slug,
      paused: room?.paused ?? false,
      volume: this._volume,
      programme_ms: at,
      at_ms: at && room ? Math.round(room.now()) : 0,
    };
    const words = `${report.show} ${report.paused} ${report.volume} ${at > 0}`;
    if (words === this.#told && !always) return;
    this.#told = words;
    const { asked } = this._screen;
    try {
      await postJson("/api/screen/report", { asked, ...report });
      // What we do by ourselves is what is wished, until the phone asks for something else.
      const { show, paused, volume } = report;
      if (this._screen?.asked === asked) {
        this._screen = { ...this._screen, wish: { show: show || null, paused, volume } };
      }
    } catch {
      // The next report says it again.
    }
  }

  async #look(): Promise<void> {
    const { slug } = this;
    try {
      if (!slug) this.guide = await getJson<TvGuide>("/api/tv");
      else {
        const found = await getJson<Companions>(`/api/shows/${slug}/companions`);
        if (slug === this.slug) this._rooms = found.rooms.filter((one) => one.show.run);
      }
    } catch {
      // What was known stays.
    }
  }

  /** Go to a show; a room of the same night that one comes from stays in the corner. */
  async #play(slug: string): Promise<void> {
    const known =
      this._rooms.find((one) => one.show.slug === slug)?.show ??
      [this._ready, this._corner].find((one) => one?.slug === slug);
    let show: WatchedShow;
    try {
      show = known ?? (await getJson<WatchedShow>(`/api/tv/${slug}`));
    } catch {
      return;
    }
    if (slug === this._show?.slug) return;
    this._corner = known && this._show ? this._show : null;
    this._show = show;
    this._ready = null;
    this._rooms = this._rooms.filter((one) => known && one.show.slug !== slug);
    this.slug = slug;
    this._bar = false;
    document.title = show.title;
    history.replaceState(null, "", `/tv/${slug}`);
    void this.#look();
    await this.updateComplete;
    void this.#report();
  }

  #leave(): void {
    this._show = null;
    this._corner = null;
    this._ready = null;
    this._rooms = [];
    this._bar = false;
    this.slug = "";
    history.replaceState(null, "", "/tv");
    void this.#look();
    void this.#report();
  }

  async #unpair(): Promise<void> {
    this._bar = false;
    await postJson("/api/screen/leave").catch(() => undefined);
  }

  /** The room into which the stage calls, as one can enter it. */
  get #invited(): { show: WatchedShow; text: string } | null {
    const invite = this.#room?.invite;
    const found = this._rooms.find((one) => one.show.slug === invite?.slug);
    return invite && found ? { show: found.show, text: invite.text } : null;
  }

  readonly #changed = (): void => {
    // Who is called will probably go: the other picture is there when they do.
    const invited = this.#invited;
    if (invited && invited.show.slug !== this._corner?.slug) this._ready = invited.show;
    this.requestUpdate();
    void this.#report();
  };

  readonly #key = (event: KeyboardEvent): void => {
    this.#room?.touched();
    if (this.#pressed(event.key)) event.preventDefault();
  };

  /** What a key of the remote does; false where it is none of ours. */
  #pressed(key: string): boolean {
    const direction = directionOf(key);
    if (direction) this.#move(direction);
    else if (SELECT.has(key)) this.#select();
    else if (BACK.has(key)) return this.#back();
    else if (key === "MediaPlayPause") this.#toggle();
    else if (key === "MediaPlay") this.#room?.pause(false);
    else if (key === "MediaPause" || key === "MediaStop") this.#room?.pause(true);
    else if (key === "ChannelUp" || key === "PageUp") this.#channel(1);
    else if (key === "ChannelDown" || key === "PageDown") this.#channel(-1);
    else return false;
    return true;
  }

  #move(direction: NonNullable<ReturnType<typeof directionOf>>): void {
    if (this._show && !this._bar) return this.#openBar();
    if (this._bar) this.#openBar();
    const buttons = this.#buttons;
    const at = buttons.indexOf(this.#focused as HTMLButtonElement);
    const from = buttons[at];
    if (!from) return this.#focusFirst();
    const to = nearest(
      from.getBoundingClientRect(),
      buttons.map((one) => one.getBoundingClientRect()),
      direction,
    );
    const next = to === null ? null : buttons[to];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  #select(): void {
    if (this._show && !this._bar) this.#openBar();
    else (this.#focused as HTMLElement | null)?.click();
  }

  /** One step back; in the guide the TV's own Back leaves the page. */
  #back(): boolean {
    if (this._bar) this._bar = false;
    else if (this._corner) void this.#play(this._corner.slug);
    else if (this._show) this.#leave();
    else return false;
    return true;
  }

  readonly #toggle = (): void => {
    const room = this.#room;
    room?.pause(!room.paused);
  };

  /** The next show on air, or the one before. */
  #channel(step: number): void {
    const { on } = this.guide;
    const at = on.findIndex((one) => one.slug === this.slug);
    const next = on[(at + step + on.length) % on.length];
    if (next) void this.#play(next.slug);
  }

  #openBar(): void {
    this._bar = true;
    clearTimeout(this.#barTimer);
    this.#barTimer = setTimeout(() => {
      this._bar = false;
    }, BAR_MS);
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLButtonElement>("button:not([disabled])")];
  }

  get #focused(): Element | null {
    return (this.renderRoot as ShadowRoot).activeElement;
  }

  #focusFirst(): void {
    if (!this.#focused) this.#buttons[0]?.focus();
  }

  protected override render(): TemplateResult {
    return html`<div class="tv" @changed=${this.#changed}>
      ${this._show ? this.#stage() : guidePage(this.guide, (slug) => void this.#play(slug))}
      ${pairing(this._screen, this._show !== null)}
    </div>`;
  }

  #stage(): TemplateResult {
    const rooms = [this._show, this._corner, this._ready].filter((one) => one !== null);
    return html`${repeat(
      rooms,
      (show) => show.slug,
      (show) => html`<lh-tv-room .show=${show} .volume=${this._volume}
        ?corner=${show !== this._show} ?hidden=${show === this._ready}></lh-tv-room>`,
    )}
    ${this.#invitation()} ${this._bar ? this.#controls() : nothing}`;
  }

  #invitation(): TemplateResult | typeof nothing {
    const invited = this.#invited;
    if (!invited || this._bar) return nothing;
    return html`<p class="invitation" role="status">${invited.text || invited.show.title}
      <span class="muted">${t("Press OK to go there")}</span></p>`;
  }

  #controls(): TemplateResult {
    const paused = this.#room?.paused ?? false;
    return html`<nav class="bar" aria-label=${t("Remote control")}>
      ${this._rooms.map(
        (room) => html`<button @click=${() => void this.#play(room.show.slug)}
          @focus=${() => this.#prepare(room.show)}>${kindWords(room)}</button>`,
      )}
      <button @click=${this.#toggle}>${icon(paused ? "play" : "pause")}${paused ? t("Play") : t("Pause")}</button>
      <button @click=${() => this.#leave()}>${t("What's on")}</button>
      ${
        this._screen?.paired
          ? html`<button @click=${() => void this.#unpair()}>${t("Unpair the phone {name}", { name: this._screen.phone })}</button>`
          : nothing
      }
    </nav>`;
  }

  #prepare(show: WatchedShow): void {
    if (show.slug !== this._corner?.slug) this._ready = show;
  }

  static override styles = [...shared, tvStyles];
}

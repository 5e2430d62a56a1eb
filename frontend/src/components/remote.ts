/** `<lh-remote>`: a phone as the remote of a TV: the room with its goods, chat and games here, the picture there. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type {
  CompanionRoom,
  Companions,
  RemoteInfo,
  ScreenWish,
  TvGuide,
  WatchedShow,
} from "../generated/wire";
import { getJson, postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { News, programmeNow } from "../live/screens";
import { forgetScreen, rememberScreen } from "./cast";
import { drawnPoster } from "./posters";
import { kindWords } from "./rooms";
import type { LhWatch } from "./watch";

const LOOK_MS = 5_000;
const STEP = 10;

export class LhRemote extends LitElement {
  static override properties = {
    screen: { type: Object },
    _show: { state: true },
    _rooms: { state: true },
    _guide: { state: true },
    _choosing: { state: true },
    _words: { state: true },
  };

  /** The TV as it last told of itself. */
  declare screen: RemoteInfo | null;
  declare _show: WatchedShow | null;
  declare _rooms: CompanionRoom[];
  declare _guide: TvGuide | null;
  declare _choosing: boolean;
  declare _words: string;

  #news: News<RemoteInfo> | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The picture's place on the TV, for what waits for the picture. */
  readonly #place: { readonly programmeMs: number | null };

  constructor() {
    super();
    this.screen = null;
    this._show = null;
    this._rooms = [];
    this._guide = null;
    this._choosing = false;
    this._words = "";
    const now = () => this.#now();
    const report = () => this.screen?.report;
    this.#place = {
      get programmeMs() {
        const told = report();
        return told ? programmeNow(told, now()) : null;
      },
    };
    new Ticker(this, () => this._choosing);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    if (this.hasUpdated) this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#news?.stop();
  }

  protected override firstUpdated(): void {
    this.#begin();
  }

  #begin(): void {
    const { screen } = this;
    if (!screen) return;
    rememberScreen(screen.id);
    this.#news = new News<RemoteInfo>(`/api/screens/${screen.id}`, (one) => one.told, {
      heard: (one) => this.#heard(one),
      gone: () => this.#gone(),
    });
    this.#heard(screen);
    void this.#news.follow(screen.told);
  }

  /** The house's time in ms; the room of the page knows it. */
  #now(): number {
    return this.renderRoot.querySelector<LhWatch>("lh-watch")?.now() ?? Date.now();
  }

  #heard(screen: RemoteInfo): void {
    this.screen = screen;
    const { show } = screen.report;
    if (show !== (this._show?.slug ?? "")) void this.#enter(show);
    if (!show && !this._guide) void this.#look();
  }

  #gone(): void {
    forgetScreen();
    location.assign("/remote");
  }

  /** The TV has gone to a show: its room is here. */
  async #enter(slug: string): Promise<void> {
    if (!slug) {
      this._show = null;
      return;
    }
    const known = this._rooms.find((one) => one.show.slug === slug)?.show;
    try {
      const show = known ?? (await getJson<WatchedShow>(`/api/tv/${slug}`));
      if (slug !== this.screen?.report.show) return;
      this._show = show;
      this._choosing = false;
      this._rooms = [];
      void this.#look();
    } catch {
      // The TV tells again in a moment.
    }
  }

  async #look(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const slug = this._show?.slug;
    try {
      if (!slug || this._choosing) this._guide = await getJson<TvGuide>("/api/tv");
      if (!slug) return;
      const found = await getJson<Companions>(`/api/shows/${slug}/companions`);
      if (slug === this._show?.slug) this._rooms = found.rooms.filter((one) => one.show.run);
    } catch {
      // What was known stays.
    }
  }

  async #ask(wish: ScreenWish): Promise<void> {
    const { screen } = this;
    if (!screen) return;
    try {
      await postJson(`/api/screens/${screen.id}`, wish);
      this._words = "";
    } catch (error) {
      if (error instanceof Refused && error.code === "unknown_screen") return this.#gone();
      this._words = (error instanceof Refused && error.message) || t("That did not work");
    }
  }

  readonly #unpair = async (): Promise<void> => {
    await postJson(`/api/screens/${this.screen?.id}/unpair`).catch(() => undefined);
    this.#gone();
  };

  protected override render(): TemplateResult | typeof nothing {
    const { screen, _show: show } = this;
    if (!screen) return nothing;
    if (!show || this._choosing) return html`<div class="page">${this.#choice()}</div>`;
    return html`${keyed(
      show.slug,
      html`<lh-watch .show=${show} .screen=${this.#place}>
        <div slot="screen" class="remote">${this.#controls(screen, show)}</div>
      </lh-watch>`,
    )}`;
  }

  #controls({ report }: RemoteInfo, show: WatchedShow): TemplateResult {
    const louder = Math.min(100, report.volume + STEP);
    const quieter = Math.max(0, report.volume - STEP);
    return html`<p class="where">${icon("tv")} ${t("On your TV")}</p>
      <div class="row">
        <button class="control" ?disabled=${report.volume === 0} aria-label=${t("Quieter")}
          @click=${() => this.#ask({ volume: quieter })}>−</button>
        <button class="control large" aria-label=${report.paused ? t("Play on the TV") : t("Pause the TV")}
          @click=${() => this.#ask({ paused: !report.paused })}>${icon(report.paused ? "play" : "pause")}</button>
        <button class="control" ?disabled=${report.volume === 100} aria-label=${t("Louder")}
          @click=${() => this.#ask({ volume: louder })}>+</button>
      </div>
      <p class="figures small-text">${t("Volume {n} %", { n: report.volume })}</p>
      <div class="row">
        ${this._rooms.map(
          (room) =>
            html`<button class="button small" @click=${() => this.#ask({ show: room.show.slug })}>${kindWords(room)}</button>`,
        )}
        <button class="button small" @click=${() => this.#choose(true)}>${t("Other shows")}</button>
        <button class="button small" @click=${this.#unpair}>${t("Unpair")}</button>
      </div>
      ${this._words ? html`<p role="alert">${this._words}</p>` : nothing}
      <span class="visually-hidden">${show.title}</span>`;
  }

  #choose(choosing: boolean): void {
    this._choosing = choosing;
    void this.#look();
  }

  #choice(): TemplateResult {
    const on = this._guide?.on ?? [];
    return html`<header><h1>${t("Play on the TV")}</h1>
        ${this._show ? html`<button class="button small" @click=${() => this.#choose(false)}>${t("Back")}</button>` : nothing}
      </header>
      ${this._guide && !on.length ? html`<p class="muted">${t("Nothing is on air right now.")}</p>` : nothing}
      <ul>${on.map(
        (show) => html`<li><img src=${show.poster ?? ""} alt="" @error=${drawnPoster(show)} />
          <div><strong>${show.title}</strong><span class="muted">${show.store_name}</span></div>
          <button class="button primary small" aria-label=${t("Play {title} on the TV", { title: show.title })}
            @click=${() => this.#ask({ show: show.slug })}>${icon("tv")}</button></li>`,
      )}</ul>
      ${this._words ? html`<p role="alert">${this._words}</p>` : nothing}
      <p><button class="button small" @click=${this.#unpair}>${t("Unpair the TV")}</button></p>`;
  }

  static override styles = [
    ...shared,
    css`
      lh-watch {
        display: block;
        flex: 1;
        min-height: 0;
      }
      .remote {
        position: absolute;
        inset: 5.5rem 0 auto;
        display: grid;
        justify-items: center;
        gap: var(--gap-3);
        padding: var(--gap-4);
        color: #fff;
      }
      .where,
      .row {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        align-items: center;
        gap: var(--gap-3);
      }
      .control {
        display: grid;
        place-items: center;
        width: 3.25rem;
        height: 3.25rem;
        border: 0;
        border-radius: 50%;
        background: rgb(255 255 255 / 16%);
        color: #fff;
        font: inherit;
        font-size: 1.5rem;
      }
      .control.large {
        width: 4.5rem;
        height: 4.5rem;
        background: var(--accent);
        color: var(--on-accent);
      }
      .control:disabled {
        opacity: 0.4;
      }
      .page {
        display: grid;
        gap: var(--gap-4);
        padding: var(--gap-4);
        overflow: auto;
        align-content: start;
      }
      header,
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-3);
      }
      h1 {
        margin: 0;
        font-size: 1.5rem;
      }
      ul {
        display: grid;
        gap: var(--gap-3);
      }
      li > div {
        flex: 1;
        display: grid;
        min-width: 0;
      }
      li img {
        width: 6rem;
        aspect-ratio: 16 / 9;
        object-fit: cover;
        border-radius: var(--radius-small);
      }
    `,
  ];
}

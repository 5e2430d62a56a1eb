/** `<lh-studio>`: where the host runs the show: the picture, the run of offers, the chat, the numbers. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { ShowNumbers, WatchedShow } from "../generated/wire";
import { formatCount, formatMoney } from "../lib/format";
import { getJson, postJson } from "../lib/http";
import { icon } from "../lib/icons";
import { whyNot } from "../lib/refusals";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import type { ChatLine } from "../live/chat-log";
import type { RoomClient } from "../live/client";
import type { RoomView } from "../live/room";
import { phaseOf, ShowSession } from "../live/session";
import { remembered } from "../live/trend";
import { whyUnrecorded } from "./picture-figures";
import { runOfOffers } from "./studio-offers";
import { slowMode, spark } from "./studio-parts";
import { connection, standing } from "./studio-standing";
import { studioStyles } from "./studio-styles";

const NUMBERS_MS = 2_000;

interface Question {
  title: string;
  text: string;
  answer: string;
  act: () => Promise<unknown>;
}

export class LhStudio extends LitElement {
  static override properties = {
    show: { type: Object },
    mayRun: { type: Boolean, attribute: "may-run" },
    _view: { state: true },
    _numbers: { state: true },
    _busy: { state: true },
    _error: { state: true },
    _unrecorded: { state: true },
    _question: { state: true },
  };

  declare show: WatchedShow | null;
  /** Whether the viewer may go live, pin, open and close; moderators only keep the chat. */
  declare mayRun: boolean;
  declare _view: RoomView | null;
  declare _numbers: ShowNumbers | null;
  declare _busy: string;
  declare _error: string;
  /** Why the show is not recorded; empty while it is. */
  declare _unrecorded: string;
  declare _question: Question | null;

  /** Opens the show's room; the style guide puts a made-up one in its place. */
  openRoom: ((show: WatchedShow) => RoomClient | null) | undefined;

  #session: ShowSession | null = null;
  #numbersTimer: ReturnType<typeof setInterval> | undefined;
  #viewers: readonly number[] = [];
  #paid: readonly number[] = [];

  constructor() {
    super();
    this.show = null;
    this.mayRun = false;
    this._view = null;
    this._numbers = null;
    this._busy = "";
    this._error = "";
    this._unrecorded = "";
    this._question = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#numbersTimer = setInterval(() => void this.#count(), NUMBERS_MS);
    if (this.hasUpdated) this.requestUpdate();
    void this.#count();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#numbersTimer);
    this.#session?.stop();
    this.#session = null;
  }

  protected override willUpdate(): void {
    this.#begin();
  }

  protected override firstUpdated(): void {
    void this.#count();
  }

  #begin(): void {
    if (!this.show || this.#session || !this.isConnected) return;
    const view = (seen: RoomView) => {
      this._view = seen;
    };
    const changed = (show: WatchedShow) => {
      this.show = show;
      if (!this.#session?.room) this._view = null;
    };
    this.#session = new ShowSession(this.show, { view }, changed, this.openRoom);
    this.#session.start();
  }

  async #count(): Promise<void> {
    const { show } = this;
    if (!show || phaseOf(show) !== "on" || document.visibilityState !== "visible") return;
    try {
      this._numbers = await getJson<ShowNumbers>(`/api/shows/${show.slug}/numbers`);
      this.#viewers = remembered(this.#viewers, this._view?.state?.counts?.viewers ?? 0);
      this.#paid = remembered(this.#paid, this._numbers.paid);
    } catch {
      // The figures stay as they were; the next asking comes in a moment.
    }
  }

  /** Do one thing at a time, and say in plain words when it is refused. */
  async #act(name: string, act: () => Promise<unknown>): Promise<void> {
    if (this._busy) return;
    this._busy = name;
    this._error = "";
    try {
      await act();
    } catch (error) {
      this._error = whyNot(error);
    } finally {
      this._busy = "";
    }
  }

  #show(path: string, body: unknown = {}): Promise<unknown> {
    return postJson(`/api/shows/${this.show?.slug ?? ""}/${path}`, body);
  }

  async #run(action: "rehearse" | "go-live" | "end"): Promise<void> {
    const news = await this.#show(action);
    if (news) this.#session?.take(news as WatchedShow);
    else await this.#session?.refresh();
  }

  #ask(question: Question): void {
    this._question = question;
    void this.updateComplete.then(() => this.renderRoot.querySelector("dialog")?.showModal());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { show } = this;
    if (!show) return nothing;
    return html`<div class="studio">
      ${this.#head(show)}
      ${
        this._error
          ? html`<div class="notice" role="alert">
            <p>${this._error}</p>
            <button class="button quiet icon" aria-label=${t("Close")} @click=${this.#forget}>
              ${icon("close")}
            </button>
          </div>`
          : this._unrecorded
            ? html`<div class="notice" role="alert"><p>${whyUnrecorded(this._unrecorded)}</p></div>`
            : nothing
      }
      <div class="left">
        ${this.#preview(show)} ${this.#sources(show)} ${this.#figures()} ${this.#channels(show)}
      </div>
      <section class="box offers">
        <h2>${t("Run of offers")}</h2>
        <div class="scroll">
          <lh-running-order slug=${show.slug} ?on=${phaseOf(show) === "on"} ?may-run=${this.mayRun}></lh-running-order>
          ${this.#drops(show)} ${this.#offers()}
        </div>
      </section>
      <section class="box chat">
        <h2>${t("Chat")}</h2>
        ${phaseOf(show) === "on" ? slowMode(this._view?.state?.chat?.slow_seconds ?? 0, this._busy !== "", this.#setPace) : nothing}
        <lh-chat
          moderating
          .room=${this.#session?.room ?? null}
          .hears=${this.#session?.room ?? null}
          .view=${this._view}
          ?closed=${phaseOf(show) !== "on"}
          @delete-line=${this.#deleteLine}
          @ban-author=${this.#banAuthor}
        ></lh-chat>
      </section>
      ${this.#dialog()}
    </div>`;
  }

  readonly #hearUnrecorded = (event: CustomEvent<string>): void => {
    this._unrecorded = event.detail;
  };

  readonly #forget = (): void => {
    this._error = "";
  };

  #head(show: WatchedShow): TemplateResult {
    return html`<header class="head">
      <div class="name">
        <h1>${show.title}</h1>
        <div class="states">${standing(show, this.mayRun)} ${connection(this._view)}</div>
      </div>
      ${this.mayRun ? html`<div class="button-row">${this.#bigButtons(show)}</div>` : nothing}
    </header>`;
  }

  #bigButtons(show: WatchedShow): TemplateResult | typeof nothing {
    const phase = phaseOf(show);
    const off = this._busy !== "";
    if (phase === "soon") {
      return html`<button class="button" ?disabled=${off} @click=${() => this.#act("run", () => this.#run("rehearse"))}>
          ${t("Rehearse")}
        </button>
        <button class="button primary" ?disabled=${off} @click=${this.#askGoLive}>
          ${icon("camera")}${t("Go live")}
        </button>
        <a class="button quiet" href=${`/studio/${show.slug}/format`}>${t("What is missing?")}</a>`;
    }
    if (phase !== "on") return nothing;
    return show.run?.kind === "rehearsal"
      ? html`<button class="button" ?disabled=${off} @click=${() => this.#act("run", () => this.#run("end"))}>
          ${t("End the rehearsal")}
        </button>`
      : html`<button class="button danger" ?disabled=${off} @click=${this.#askEnd}>${t("End the show")}</button>`;
  }

  readonly #askGoLive = (): void =>
    this.#ask({
      title: t("Go live now?"),
      text: t("Everybody can see the show from this moment on."),
      answer: t("Go live"),
      act: () => this.#run("go-live"),
    });

  readonly #askEnd = (): void =>
    this.#ask({
      title: t("End the show?"),
      text: this._unrecorded
        ? t("It ends for everybody and cannot go on. The recording is incomplete.")
        : t("It ends for everybody and cannot go on. The recording stays."),
      answer: t("End the show"),
      act: () => this.#run("end"),
    });

  #preview(show: WatchedShow): TemplateResult {
    const on = phaseOf(show) === "on";
    const src = on ? (show.addresses?.video ?? "") : "";
    return html`<lh-monitor show=${show.slug} run=${on ? (show.run?.id ?? "") : ""} src=${src} poster=${show.poster ?? ""}>
      ${on ? nothing : html`<div class="off">${icon("camera")}${t("Nothing is on air.")}</div>`}
    </lh-monitor>`;
  }

  /** What viewers get to see: chosen here, and from this browser's camera if it is to be that. */
  #sources(show: WatchedShow): TemplateResult | typeof nothing {
    const phase = phaseOf(show);
    if (!this.mayRun || (phase !== "soon" && phase !== "on")) return nothing;
    return html`<section class="box">
        <h2>${t("Picture")}</h2>
        <lh-source slug=${show.slug} @unrecorded=${this.#hearUnrecorded}></lh-source>
      </section>
      <section class="box">
        <h2>${t("Camera")}</h2>
        <lh-camera slug=${show.slug}></lh-camera>
      </section>
      <section class="box">
        <h2>${t("Guests")}</h2>
        <lh-guests slug=${show.slug}></lh-guests>
      </section>`;
  }

  #figures(): TemplateResult {
    const counts = this._view?.state?.counts;
    const numbers = this._numbers;
    const money = numbers ? formatMoney(numbers.revenue_minor, numbers.currency) : "–";
    const figure = (label: string, value: string, trend: readonly number[] = []) =>
      html`<div class="number">
        <dl><dt>${label}</dt><dd>${value}</dd></dl>
        ${trend.length > 1 ? spark(trend) : nothing}
      </div>`;
    return html`<section class="numbers" aria-label=${t("Numbers")}>
      ${figure(t("Watching"), formatCount(counts?.viewers ?? 0), this.#viewers)}
      ${figure(t("Paid orders"), formatCount(numbers?.paid ?? 0), this.#paid)}
      ${figure(t("Orders"), formatCount(numbers?.orders ?? counts?.orders ?? 0))}
      ${figure(t("Likes"), formatCount(counts?.likes ?? 0))}
      ${figure(t("Revenue, paid"), money)}
    </section>`;
  }

  #channels(show: WatchedShow): TemplateResult | typeof nothing {
    if (!this.mayRun) return nothing;
    const place = show.store_slug ? `/console/${show.store_slug}/channels` : "";
    return html`<lh-channels slug=${show.slug} console=${place}></lh-channels>`;
  }

  #drops(show: WatchedShow): TemplateResult | typeof nothing {
    if (!this.mayRun || show.run?.kind !== "live" || phaseOf(show) !== "on") return nothing;
    const now = () => this.#session?.room?.clock.now() ?? Date.now();
    return html`<lh-studio-drops slug=${show.slug} store=${show.store_slug ?? ""}
      .state=${this._view?.state ?? null} .now=${now}></lh-studio-drops>`;
  }

  #offers(): TemplateResult {
    return runOfOffers({
      offers: this._view?.state?.offers ?? this.show?.offers ?? {},
      pin: this._view?.state?.stage?.pin,
      nowMs: this.#session?.room?.clock.now() ?? Date.now(),
      mayPress: this.mayRun && this._view?.connection === "live",
      busy: this._busy !== "",
      act: (name, act) => this.#act(name, act),
      hold: (offerId) => this.#show("pin", { offer_id: offerId }),
    });
  }

  readonly #setPace = (seconds: number): void => {
    void this.#act("chat", () => this.#show("chat/pace", { slow_seconds: seconds }));
  };

  readonly #deleteLine = (event: CustomEvent<ChatLine>): void => {
    void this.#act("chat", () => this.#show("chat/delete", { id: event.detail.id.slice(1) }));
  };

  readonly #banAuthor = (event: CustomEvent<ChatLine>): void => {
    const { author, name } = event.detail;
    this.#ask({
      title: t("Ban {name} from the chat?", { name }),
      text: t("Their lines disappear and they can say nothing more in this room."),
      answer: t("Ban"),
      act: () => this.#show("chat/ban", { person_id: author.slice(1) }),
    });
  };

  #dialog(): TemplateResult | typeof nothing {
    const question = this._question;
    if (!question) return nothing;
    const shut = () => this.renderRoot.querySelector("dialog")?.close();
    const yes = () => {
      shut();
      void this.#act("question", question.act);
    };
    const gone = () => {
      this._question = null;
    };
    return html`<dialog aria-labelledby="question" @close=${gone}>
      <h2 id="question">${question.title}</h2>
      <p class="muted">${question.text}</p>
      <div class="button-row">
        <button class="button primary" @click=${yes}>${question.answer}</button>
        <button class="button quiet" @click=${shut}>${t("Not now")}</button>
      </div>
    </dialog>`;
  }

  static override styles = [...shared, studioStyles];
}

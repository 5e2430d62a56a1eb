/** `<lh-contest>`: voting in a star battle over days, between its shows, too. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { getJson, postJson } from "../lib/http";
import { whyNot } from "../lib/refusals";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type ContestInfo, HttpBallots, stateOf } from "../live/contest";
import { BattlePart } from "./battle-part";

const NEWS_MS = 2_000;

export class LhContest extends LitElement {
  static override properties = {
    contest: {},
    signedIn: { type: Boolean, attribute: "signed-in" },
    _info: { state: true },
    _words: { state: true },
  };

  declare contest: string;
  declare signedIn: boolean;
  declare _info: ContestInfo | null;
  declare _words: string;

  #timer: ReturnType<typeof setInterval> | undefined;
  #ballots: HttpBallots | null = null;
  /** What the house's clock is ahead of ours, in ms. */
  #aheadMs = 0;
  readonly #part = new BattlePart(this, () => ({
    room: this.#ballots,
    state: stateOf(this._info?.round ?? null),
    now: () => Date.now() + this.#aheadMs,
  }));

  constructor() {
    super();
    this.contest = "";
    this.signedIn = false;
    this._info = null;
    this._words = "";
    new Ticker(this, () => this._info?.round?.state === "open");
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ballots = new HttpBallots(
      this.signedIn,
      (path, body) => postJson(path, body),
      (answer) => this.#part.counted(answer),
      (error) => {
        this._words = whyNot(error);
      },
    );
    void this.#ask();
    this.#timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.#ask();
    }, NEWS_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    try {
      const info = await getJson<ContestInfo>(`/api/contests/${this.contest}`);
      this.#aheadMs = info.now - Date.now();
      this._info = info;
      this.#part.seen(stateOf(info.round));
    } catch {
      // The next asking comes in a moment.
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const round = this._info?.round;
    if (!round || round.state === "ended") return nothing;
    return html`${this._words ? html`<p class="notice bad" role="alert">${this._words}</p>` : nothing}
      ${this.#part.card("", false, `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)}
      ${round.show ? html`<p><a href=${`/shows/${round.show}`}>${t("It is in the show that is on now")}</a></p>` : nothing}`;
  }
}

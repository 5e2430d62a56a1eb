/** `<lh-crowd>`: one `kind` of what the crowd does together: red packets, a quiz, applause, questions to the host. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { QuizOutcome, RoomState } from "../generated/wire";
import { formatCount, formatSpan } from "../lib/format";
import { Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import type { RoomClient } from "../live/client";
import {
  type ApplauseCard,
  applauseCard,
  Loudness,
  type PacketsCard,
  packetsCard,
  type QuestionRow,
  type QuizCard,
  questionRows,
  quizCard,
} from "../live/crowd";
import type { CrowdRequest } from "../live/requests";
import { cardStyles } from "./card-styles";
import { crowdStyles } from "./crowd-styles";

const TICK_MS = 250;
const CLAPS_MS = 400;
const CLAPS_MAX = 50;
const QUESTION_CHARACTERS_MAX = 200;

export class LhCrowd extends LitElement {
  static override properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { attribute: false },
    kind: {},
    overlay: { type: Boolean },
    signIn: { attribute: "sign-in" },
    _words: { state: true },
  };

  declare room: RoomClient | null;
  declare state: RoomState | null;
  declare now: () => number;
  declare kind: "packets" | "quiz" | "applause" | "questions";
  declare overlay: boolean;
  declare signIn: string;
  /** What we are told, by the card that it belongs to. */
  declare _words: Readonly<Record<string, string>>;

  readonly #loudness = new Loudness();
  /** What we chose in quizzes, and what was in our packets. */
  readonly #chosen = new Map<string, number>();
  readonly #got = new Map<string, number>();
  readonly #raised = new Set<string>();
  readonly #outcomes = new Map<string, QuizOutcome>();
  #claps = 0;
  #clapTimer: ReturnType<typeof setTimeout> | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #unlisten: (() => void) | undefined;
  #heard: RoomClient | null = null;

  constructor() {
    super();
    this.room = null;
    this.state = null;
    this.now = Date.now;
    this.kind = "questions";
    this.overlay = false;
    this.signIn = "/sign-in";
    this._words = {};
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = setInterval(() => this.#moves && this.requestUpdate(), TICK_MS);
    this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
    clearTimeout(this.#clapTimer);
    this.#unlisten?.();
    this.#heard = null;
  }

  protected override willUpdate(changes: PropertyValues): void {
    if (changes.has("room")) this.#listen();
  }

  #listen(): void {
    if (!this.room || this.#heard === this.room || !this.isConnected) return;
    this.#unlisten?.();
    this.#heard = this.room;
    this.#unlisten = this.room.listen({
      outcome: (outcome) => {
        this.#outcomes.set(outcome.quiz_id, outcome);
        this.requestUpdate();
      },
    });
  }

  get #moves(): boolean {
    const now = this.now();
    if (this.kind === "quiz") return quizCard(this.state, now) !== null;
    if (this.kind === "packets") return packetsCard(this.state, now) !== null;
    return this.kind === "applause" && applauseCard(this.state, now) !== null;
  }

  get #isGuest(): boolean {
    return this.room?.view.you?.signed_in !== true;
  }

  protected override render(): TemplateResult | typeof nothing {
    const now = this.now();
    switch (this.kind) {
      case "packets": {
        const card = packetsCard(this.state, now);
        return card ? this.#packets(card, now) : nothing;
      }
      case "quiz": {
        const card = quizCard(this.state, now);
        return card ? this.#quiz(card, now) : nothing;
      }
      case "applause": {
        const card = applauseCard(this.state, now);
        return card ? this.#applause(card, now) : nothing;
      }
      case "questions":
        return this.#questions();
    }
  }

  // Red packets.

  #packets(card: PacketsCard, now: number): TemplateResult {
    const got = this.#got.get(card.id);
    return html`<section class="packets" aria-label=${t("Red packets")}>
      <header>
        <h2>${card.title}</h2>
        ${card.phase === "over" ? nothing : html`<span class="time figures" role="timer">${formatSpan((card.phase === "soon" ? card.opens_at : card.closes_at) - now)}</span>`}
      </header>
      <div class="matter" aria-live="polite">
        ${
          got !== undefined
            ? html`<p class="won"><strong>${card.kind === "points" ? tn("{n} point for you!", "{n} points for you!", got) : t("A coupon for you!")}</strong></p>`
            : card.phase === "soon"
              ? html`<p>${t("They fall in a moment. Everybody can take one.")}</p>`
              : card.phase === "over"
                ? html`<p class="muted">${t("All gone, or the time is up.")}</p>`
                : this.#isGuest
                  ? this.#door(t("Sign in to take one"))
                  : html`<button class="grab" @click=${() => void this.#grab(card)}>
                      <span class="fall" aria-hidden="true"><i></i><i></i><i></i></span>${t("Take one!")}
                    </button>`
        }
      </div>
      ${this.#told(card.id)}
      <p class="small-text muted figures">${t("{taken} of {count} taken", { taken: formatCount(card.taken), count: formatCount(card.count) })}
        · <a href=${`/packets/${card.id}`} target="_blank" rel="noopener">${t("How anybody can check it")}</a></p>
    </section>`;
  }

  async #grab(card: PacketsCard): Promise<void> {
    const answer = await this.#ask(card.id, { type: "crowd.grab", drop_id: card.id });
    if (answer?.type === "crowd.grabbed") this.#got.set(card.id, answer.amount);
    this.requestUpdate();
  }

  // Quizzes.

  #quiz(card: QuizCard, now: number): TemplateResult {
    const mine = this.#chosen.get(card.id);
    const most = Math.max(1, ...Object.values(card.counts ?? {}));
    return html`<section aria-label=${t("Quiz")}>
      <header>
        <h2>${card.text}</h2>
        ${card.isOpen ? html`<span class="time figures" role="timer">${formatSpan(card.closes_at - now)}</span>` : nothing}
      </header>
      ${card.points ? html`<p class="small-text muted">${tn("{n} point for who is right", "{n} points for who is right", card.points)}</p>` : card.coupon ? html`<p class="small-text muted">${t("A coupon for who is right")}</p>` : nothing}
      <ol class="choices">
        ${Object.entries(card.choices).map(([number, name]) => this.#choice(card, Number(number), name, mine, most))}
      </ol>
      <div class="matter" aria-live="polite">${this.#quizWords(card, mine)}</div>
      ${this.#told(card.id)}
    </section>`;
  }

  #choice(
    card: QuizCard,
    number: number,
    name: string,
    mine: number | undefined,
    most: number,
  ): TemplateResult {
    const count = card.counts?.[number] ?? 0;
    const isRight = card.right === number;
    const classes = `button wide choice ${isRight ? "right" : ""} ${mine === number ? "mine" : ""}`;
    return html`<li>
      <button
        class=${classes}
        style=${`--share: ${card.counts ? count / most : 0}`}
        aria-pressed=${mine === number}
        ?disabled=${!card.isOpen || mine !== undefined || this.#isGuest}
        @click=${() => void this.#answer(card, number)}
      >
        <span>${name}</span>
        ${isRight ? html`${icon("check")}<span class="visually-hidden">${t("Right")}</span>` : nothing}
        ${card.counts ? html`<span class="figures">${formatCount(count)}</span>` : nothing}
      </button>
    </li>`;
  }

  #quizWords(card: QuizCard, mine: number | undefined): TemplateResult {
    const answers = tn("{n} person has answered.", "{n} people have answered.", card.answers);
    if (card.isOpen && this.#isGuest) return this.#door(t("Sign in to answer"));
    if (card.isOpen && mine === undefined) {
      return html`<p class="small-text muted">${answers}</p>`;
    }
    if (card.state === "open") {
      return html`<p class="small-text">${mine === undefined ? nothing : t("Your answer is sealed until the time is up.")} <span class="muted">${answers}</span></p>`;
    }
    const outcome = this.#outcomes.get(card.id);
    if (mine === undefined && !outcome) return html`<p class="small-text muted">${answers}</p>`;
    if (!(outcome?.right ?? mine === card.right)) return html`<p>${t("Not this time.")}</p>`;
    if (outcome?.won && outcome.points) {
      return html`<p class="won"><strong>${tn("Right! {n} point for you.", "Right! {n} points for you.", outcome.points)}</strong></p>`;
    }
    const words = outcome?.won ? t("Right! A coupon for you.") : t("Right!");
    return html`<p class="won"><strong>${words}</strong></p>
      ${outcome && !outcome.won && (card.points || card.coupon) ? html`<p class="small-text muted">${t("More were right than could be rewarded; the lot took others.")}</p>` : nothing}`;
  }

  async #answer(card: QuizCard, choice: number): Promise<void> {
    this.#chosen.set(card.id, choice);
    const answer = await this.#ask(card.id, { type: "crowd.answer", quiz_id: card.id, choice });
    if (answer?.type === "crowd.answered") this.#chosen.set(card.id, answer.choice);
    else this.#chosen.delete(card.id);
    this.requestUpdate();
  }

  // Applause.

  #applause(card: ApplauseCard, now: number): TemplateResult {
    const { viewers = 0, claps = 0 } = this.state?.counts ?? {};
    const level = this.#loudness.hear(claps + this.#claps, viewers, now);
    const isOn = card.restMs > 0;
    return html`<section class="applause" aria-label=${t("Applause")}>
      <header>
        <h2>${t("Clap for {what}", { what: card.title })}</h2>
        ${isOn ? html`<span class="time figures" role="timer">${formatSpan(card.restMs)}</span>` : nothing}
      </header>
      <div class="loud" role="meter" aria-label=${t("How loud the room is")} aria-valuemin="0" aria-valuemax="100"
        aria-valuenow=${Math.round(level * 100)} style=${`--level: ${level.toFixed(3)}`}></div>
      <progress max=${card.goal} value=${Math.min(card.goal, card.claps)} aria-label=${t("Claps to reach together")}></progress>
      <p class="small-text figures" role="status">${
        card.isReached
          ? html`<strong class="won">${t("You did it together!")}</strong>`
          : t("{claps} of {goal} claps", {
              claps: formatCount(card.claps),
              goal: formatCount(card.goal),
            })
      }</p>
      ${isOn ? html`<button class="button primary wide clap" @click=${this.#clap}>👏 ${t("Clap")}</button>` : nothing}
    </section>`;
  }

  /** Claps are collected for a moment and sent as a sum. */
  readonly #clap = (): void => {
    this.#claps = Math.min(CLAPS_MAX, this.#claps + 1);
    this.#clapTimer ??= setTimeout(() => {
      this.#clapTimer = undefined;
      if (this.#claps && this.room?.clap(this.#claps)) this.#claps = 0;
    }, CLAPS_MS);
    this.requestUpdate();
  };

  // Questions to the host.

  #questions(): TemplateResult | typeof nothing {
    const rows = questionRows(this.state);
    const { open = false, waiting = 0 } = this.state?.questions ?? {};
    const answered = this.state?.stage.question;
    if (!open && !rows.length && !answered) return nothing;
    return html`<section aria-label=${t("Questions to the host")}>
      ${answered ? html`<p class="answered"><span class="badge live">${t("The host answers")}</span> <strong>${answered.text}</strong>${by(answered.by)}</p>` : nothing}
      ${
        open || rows.length
          ? html`<details ?open=${!this.overlay}>
              <summary>${tn("Questions to the host: {n}", "Questions to the host: {n}", waiting)}</summary>
              <ol class="queue">${rows.map((row) => this.#row(row))}</ol>
              ${open ? this.#asking() : nothing} ${this.#told("questions")}
            </details>`
          : nothing
      }
    </section>`;
  }

  #row(row: QuestionRow): TemplateResult {
    const isRaised = this.#raised.has(row.id);
    return html`<li>
      <span class="words">${row.text}${by(row.by)}</span>
      <button class="button small" aria-pressed=${isRaised} ?disabled=${isRaised || this.#isGuest}
        aria-label=${t("I want to hear this, too: {text}", { text: row.text })} @click=${() => void this.#raise(row)}>
        ${icon("heart")}<span class="figures">${formatCount(row.raised)}</span>
      </button>
    </li>`;
  }

  #asking(): TemplateResult {
    if (this.#isGuest) return this.#door(t("Sign in to ask"));
    return html`<form class="ask" @submit=${(event: SubmitEvent) => void this.#submit(event)}>
      <input class="input" name="text" maxlength=${QUESTION_CHARACTERS_MAX} required autocomplete="off"
        aria-label=${t("Your question")} placeholder=${t("Ask the host…")} />
      <button class="button primary icon" aria-label=${t("Ask")}>${icon("send")}</button>
    </form>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get("text") ?? "").trim();
    if (!text) return;
    if (await this.#ask("questions", { type: "crowd.ask", text })) {
      form.reset();
      this.#tell("questions", t("Your question is in the queue."));
    }
  }

  async #raise(row: QuestionRow): Promise<void> {
    this.#raised.add(row.id);
    this.requestUpdate();
    const request = { type: "crowd.raise", question_id: row.id } as const;
    if (!(await this.#ask("questions", request))) this.#raised.delete(row.id);
    this.requestUpdate();
  }

  // What all of them share.

  async #ask(card: string, request: WithoutId) {
    this.#tell(card, "");
    const { room } = this;
    if (!room) return null;
    try {
      return await room.crowd({ ...request, id: room.newId() });
    } catch (error) {
      this.#tell(card, (error instanceof Refused && error.message) || t("That did not work"));
      return null;
    }
  }

  #tell(card: string, words: string): void {
    this._words = { ...this._words, [card]: words };
  }

  #told(card: string): TemplateResult | typeof nothing {
    const words = this._words[card];
    return words ? html`<p class="small-text" role="status">${words}</p>` : nothing;
  }

  #door(words: string): TemplateResult {
    return html`<a class="button primary wide" href=${this.signIn}>${words}</a>`;
  }

  static override styles = [...shared, cardStyles, crowdStyles];
}

type Unnamed<T> = T extends CrowdRequest ? Omit<T, "id"> : never;
type WithoutId = Unnamed<CrowdRequest>;

function by(name: string): TemplateResult | typeof nothing {
  return name ? html` <small class="muted">${name}</small>` : nothing;
}

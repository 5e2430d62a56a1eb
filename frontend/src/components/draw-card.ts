/** `<lh-draw-card>`: the draw that a room plays: join with one tap, fill it with friends, and what came out. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { DrawShown, MyDraw } from "../generated/wire";
import { formatCount, formatMoney, formatSpan } from "../lib/format";
import type { Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn, withWords } from "../lib/text";
import { type DrawCard, type DrawPhase, type MyEntry, winnersOf } from "../live/draws";
import { cardStyles } from "./card-styles";

export { drawCard, drawPhase, GameEntries, roundBefore } from "../live/draws";

const WINNERS_SHOWN = 3;
const FRIENDS_SHOWN = 5;

export class LhDrawCard extends LitElement {
  static override properties = {
    card: { attribute: false },
    phase: { attribute: false },
    mine: { attribute: false },
    last: { attribute: false },
    lastMine: { attribute: false },
    refused: { attribute: false },
    isGuest: { attribute: false },
    brought: { attribute: false },
    signIn: { attribute: "sign-in" },
  };

  declare card: DrawCard | null;
  declare phase: DrawPhase | null;
  declare mine: MyEntry | undefined;
  /** What came out of the round before, while the next one is on. */
  declare last: DrawShown | null;
  declare lastMine: MyEntry | undefined;
  declare refused: Refused | null;
  declare isGuest: boolean;
  /** Whom we have brought into this round. */
  declare brought: MyDraw | null;
  declare signIn: string;

  constructor() {
    super();
    this.card = null;
    this.phase = null;
    this.mine = undefined;
    this.last = null;
    this.lastMine = undefined;
    this.refused = null;
    this.isGuest = true;
    this.brought = null;
    this.signIn = "/sign-in";
  }

  protected override render(): TemplateResult | typeof nothing {
    const { card, phase } = this;
    if (!card || !phase) return nothing;
    return html`<section aria-label=${t("Draw")} class=${phase.kind}>
      <header>
        <h2>${card.title}</h2>
        ${this.#time(phase)}
      </header>
      <p class="prizes small-text">${prizeWords(card)}${card.rounds > 1 ? html` <span class="muted">· ${t("Round {n} of {rounds}", { n: card.number, rounds: card.rounds })}</span>` : nothing}</p>
      ${this.#progress(card, phase)}
      <div class="matter" aria-live="polite">${this.#matter(card, phase)}</div>
      ${this.#before()}
      ${this.refused ? html`<p class="small-text" role="status">${this.refused.message || t("That did not work")}</p>` : nothing}
      <a class="small-text how" href=${`/draws/${card.round_id}`} target="_blank" rel="noopener">${t("How anybody can check it")}</a>
    </section>`;
  }

  #time(phase: DrawPhase): TemplateResult | typeof nothing {
    if (phase.kind === "soon" && phase.ms > 0) {
      return html`<span class="time figures" role="timer">${t("from {time}", { time: formatSpan(phase.ms) })}</span>`;
    }
    if (phase.kind !== "open" && phase.kind !== "joined") return nothing;
    return html`<span class="time figures" role="timer">${formatSpan(phase.ms)}</span>`;
  }

  #progress(card: DrawCard, phase: DrawPhase): TemplateResult | typeof nothing {
    if (!card.goal || (phase.kind !== "open" && phase.kind !== "joined")) return nothing;
    const { missing } = phase;
    return html`<div class="progress">
      <progress max=${card.goal} value=${Math.min(card.goal, card.entrants)} aria-label=${t("People who take part")}></progress>
      <span class="small-text figures">${tn("{n} is missing", "{n} are missing", missing)}</span>
    </div>`;
  }

  #matter(card: DrawCard, phase: DrawPhase): TemplateResult {
    switch (phase.kind) {
      case "soon":
        return html`<p class="muted small-text">${t("The terms are fixed. It opens in a moment.")}</p>`;
      case "open":
        return this.#invitation(card);
      case "joined":
        return this.#joined(card);
      case "drawing":
        return html`<p class="muted">${t("It is being drawn…")}</p>`;
      case "result":
        return this.#result(phase, this.mine, card.number >= card.rounds);
    }
  }

  #invitation(card: DrawCard): TemplateResult {
    if (this.isGuest) {
      return html`<a class="button primary wide" href=${this.signIn}>${t("Sign in to take part")}</a>`;
    }
    if (card.keyword) {
      return html`${this.#tasks(card)}
        <p>${t("Say “{word}” in the chat to take part.", { word: card.keyword })}</p>`;
    }
    const join = () => this.dispatchEvent(new CustomEvent("join"));
    return html`${this.#tasks(card)}
      ${this.#isToFollow(card) ? nothing : html`<button class="button primary wide" @click=${join}>${t("Take part")}</button>`}`;
  }

  /** What the terms ask for before one may take part, and how far we are. */
  #tasks(card: DrawCard): TemplateResult | typeof nothing {
    const { task_friends: friends = 0, task_minutes: minutes = 0, task_follow = false } = card;
    if (!friends && !minutes && !task_follow) return nothing;
    const { done_friends = 0, done_minutes = 0, done_follow = false } = this.brought ?? {};
    const row = (words: string, done: number, asked: number) =>
      html`<li>${done >= asked ? icon("check") : nothing}<span>${words}</span>
        <span class="figures muted">${formatCount(Math.min(done, asked))} / ${formatCount(asked)}</span></li>`;
    return html`<ul class="tasks small-text" aria-label=${t("Before you take part")}>
        ${
          task_follow
            ? html`<li>${done_follow ? icon("check") : nothing}<span>${t("Follow the store when you join. Who stops later keeps their chance.")}</span></li>`
            : nothing
        }
        ${minutes ? row(t("Watch, in minutes"), done_minutes, minutes) : nothing}
        ${friends ? row(t("Bring friends into the show"), done_friends, friends) : nothing}
      </ul>
      ${
        this.#isToFollow(card)
          ? html`<button class="button primary wide" @click=${this.#follow}>${t("Follow the store")}</button>`
          : nothing
      }
      ${
        done_friends < friends
          ? html`<button class="button wide" @click=${this.#shareShow}>${icon("share")}${t("Bring friends")}</button>`
          : nothing
      }`;
  }

  /** Whether one press is to come before the other. */
  #isToFollow(card: DrawCard): boolean {
    return card.task_follow === true && this.brought?.done_follow === false;
  }

  #joined(card: DrawCard): TemplateResult {
    const { mine } = this;
    return html`<p class="in">${icon("check")} <strong>${t("You take part")}</strong>
        <code title=${t("Your name in this draw")}>${mine?.name.slice(0, 8)}</code></p>
      ${
        card.goal
          ? html`<button class="button wide" @click=${this.#share}>${icon("share")}${t("Bring friends")}</button>
            <p class="small-text">${this.#friends()}</p>`
          : nothing
      }`;
  }

  #friends(): string {
    const { friends = 0, names = [] } = this.brought ?? {};
    if (!friends) return t("Friends count for you when they take part, too.");
    const who = names.slice(0, FRIENDS_SHOWN).join(", ");
    return `${tn("You have brought {n} friend:", "You have brought {n} friends:", friends)} ${who}${friends > FRIENDS_SHOWN ? " …" : ""}`;
  }

  /** The round before: its winners, and our prize. */
  #before(): TemplateResult | typeof nothing {
    const { last } = this;
    if (!last) return nothing;
    const winners = winnersOf(last);
    return html`<div class="before" role="status">
      <p class="muted small-text">${t("The round before")}</p>
      ${this.#result({ kind: "result", stage: last.stage, winners, won: last.won }, this.lastMine, false)}
    </div>`;
  }

  #result(
    phase: Extract<DrawPhase, { kind: "result" }>,
    mine: MyEntry | undefined,
    isLast: boolean,
  ): TemplateResult {
    if (phase.stage === "unfilled") {
      return isLast
        ? html`<p>${t("Too few came in time, and this was the last round.")}</p>`
        : html`<p>${t("Too few came in time. The pot rolls on.")}</p>`;
    }
    if (phase.stage === "void") return html`<p>${t("The show ended before the draw.")}</p>`;
    const result = mine?.result;
    const shown = phase.winners.slice(0, WINNERS_SHOWN).join(", ");
    const more = phase.won - Math.min(WINNERS_SHOWN, phase.winners.length);
    return html`${
      result?.outcome === "won"
        ? html`<p class="won"><strong>${t("You have won: {prize}", { prize: result.prize })}</strong></p>
          <a class="button primary wide" href="/prizes">${t("Claim the prize")}</a>`
        : mine?.name
          ? html`<p>${t("Not this time.")}</p>`
          : nothing
    }
      <p class="small-text">${tn("{n} has won:", "{n} have won:", phase.won)} ${shown}${more > 0 ? ` ${t("and {n} more", { n: formatCount(more) })}` : ""}</p>`;
  }

  readonly #follow = (): void => {
    this.dispatchEvent(new CustomEvent("follow", { bubbles: true, composed: true }));
  };

  readonly #shareShow = (): void => {
    this.dispatchEvent(new CustomEvent("share"));
  };

  /** The dialog comes when somebody asks for it. */
  readonly #share = async (): Promise<void> => {
    const { card } = this;
    if (!card) return;
    const { openShare } = await withWords(import("./share"));
    const draw = { kind: "draw" as const, name: card.round_id, title: card.title };
    await openShare(this.renderRoot, draw, this.signIn);
  };

  static override styles = [
    ...shared,
    cardStyles,
    css`
      section {
        border-color: var(--amber);
      }
      .progress {
        display: flex;
        gap: var(--gap-2);
        align-items: center;
      }
      progress {
        flex: 1;
      }
      .tasks {
        display: grid;
        gap: var(--gap-1);
      }
      .tasks li {
        display: flex;
        gap: var(--gap-2);
        align-items: center;
      }
      .tasks li span:first-of-type {
        flex: 1;
      }
      .how {
        display: inline-block;
        margin-block: calc((1lh - var(--target)) / 2);
        padding-block: calc((var(--target) - 1lh) / 2);
        color: var(--text-muted);
      }
    `,
  ];
}

function prizeWords(card: DrawCard): string {
  return Object.values(card.prizes)
    .map((prize) => {
      const worth = prize.value_minor ? ` (${formatMoney(prize.value_minor, card.currency)})` : "";
      return `${formatCount(prize.quantity)} × ${prize.title}${worth}`;
    })
    .join(", ");
}

/** `<lh-battle-card>`: a star battle in the room: who is ahead, and a tap for one's own. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { formatCount, formatSpan } from "../lib/format";
import { postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { type BattleCard, type MyVotes, type Rank, ranking } from "../live/battles";
import { cardStyles } from "./card-styles";

export { battleCard, MyVotes } from "../live/battles";

const SHOWN_OVERLAY = 3;

export class LhBattleCard extends LitElement {
  static override properties = {
    card: { attribute: false },
    mine: { attribute: false },
    restMs: { attribute: false },
    isGuest: { attribute: false },
    overlay: { type: Boolean },
    version: { attribute: false },
    friends: { attribute: false },
    signIn: { attribute: "sign-in" },
    _words: { state: true },
  };

  declare card: BattleCard | null;
  declare mine: MyVotes | null;
  declare restMs: number;
  declare isGuest: boolean;
  declare overlay: boolean;
  /** Changes whenever our votes do. */
  declare version: number;
  /** How many came by our link and voted. */
  declare friends: number;
  declare signIn: string;
  declare _words: string;

  constructor() {
    super();
    this.card = null;
    this.mine = null;
    this.restMs = 0;
    this.isGuest = true;
    this.overlay = false;
    this.version = 0;
    this.friends = 0;
    this.signIn = "/sign-in";
    this._words = "";
  }

  protected override render(): TemplateResult | typeof nothing {
    const { card } = this;
    if (!card) return nothing;
    const isOpen = card.state === "open" && this.restMs > 0;
    const ranks = ranking(card);
    const shown = this.overlay ? ranks.slice(0, SHOWN_OVERLAY) : ranks;
    const left = this.mine?.left(card) ?? card.free_votes;
    return html`<section aria-label=${card.kind === "poll" ? t("Poll") : t("Battle")}>
      <header>
        <h2>${card.title}</h2>
        ${isOpen ? html`<span class="time figures" role="timer">${formatSpan(this.restMs)}</span>` : nothing}
      </header>
      ${card.state === "ended" && card.kind === "battle" ? html`<p class="won"><strong>${t("{name} has won!", { name: card.names[card.first] ?? "" })}</strong></p>` : nothing}
      ${card.state === "checked" ? html`<p class="small-text muted" role="status">${t("The votes are being checked. Then the result is final.")}</p>` : nothing}
      ${card.state === "open" && card.fan_points ? html`<p class="small-text muted">${tn("{n} point for the winner's fans", "{n} points for the winner's fans", card.fan_points)}</p>` : nothing}
      ${card.state === "open" && card.coupon_fans ? html`<p class="small-text muted">${tn("A coupon for the first {n} fan of the winner", "A coupon for the first {n} fans of the winner", card.coupon_fans)}</p>` : nothing}
      ${card.contest && location.pathname !== `/contests/${card.contest}` ? html`<p class="small-text"><a href=${`/contests/${card.contest}`}>${t("All days and the whole ranking")}</a></p>` : nothing}
      <ol>
        ${repeat(
          shown,
          (rank) => rank.number,
          (rank) => this.#row(card, rank, isOpen && left > 0),
        )}
      </ol>
      ${
        !isOpen
          ? nothing
          : this.isGuest
            ? html`<a class="button primary wide" href=${this.signIn}>${t("Sign in to vote")}</a>`
            : html`<p class="small-text muted" role="status">${tn("You have {n} vote left today.", "You have {n} votes left today.", left)}</p>
              ${card.friend_votes ? this.#bring(card) : nothing}`
      }
    </section>`;
  }

  #row(card: BattleCard, rank: Rank, canVote: boolean): TemplateResult {
    const vote = () => this.dispatchEvent(new CustomEvent("vote", { detail: rank.number }));
    const given = this.mine?.given(card, rank.number) ?? 0;
    return html`<li>
      <span class="bar" style=${`--share: ${rank.share}`}></span>
      <span class="name">${rank.name}${given ? html` <small class="muted">+${formatCount(given)}</small>` : nothing}</span>
      <span class="figures">${formatCount(rank.votes)}</span>
      ${
        card.state === "open" && !this.isGuest
          ? html`<button class="button small" ?disabled=${!canVote} @click=${vote} aria-label=${t("Vote for {name}", { name: rank.name })}>${icon("heart")}</button>`
          : nothing
      }
    </li>`;
  }

  #bring(card: BattleCard): TemplateResult {
    const each = card.friend_votes ?? 0;
    return html`<button class="button wide" @click=${() => void this.#share(card)}>
        ${icon("share")}${tn("Bring friends: {n} more vote for each", "Bring friends: {n} more votes for each", each)}
      </button>
      ${this.friends ? html`<p class="small-text">${tn("{n} friend has come and voted.", "{n} friends have come and voted.", this.friends)}</p>` : nothing}
      ${this._words ? html`<p class="small-text" role="status">${this._words}</p>` : nothing}`;
  }

  async #share(card: BattleCard): Promise<void> {
    let link = "";
    try {
      const by = new URLSearchParams(location.search).get("by") ?? "";
      const { path } = await postJson<{ path: string }>(`/api/share/battle/${card.id}`, { by });
      link = new URL(path, location.href).href;
      if (navigator.share) await navigator.share({ text: t("Vote with me!"), url: link });
      else {
        await navigator.clipboard.writeText(link);
        this._words = t("The link is copied");
      }
    } catch (error) {
      // They changed their mind, or the browser forbids it: then the link itself is shown.
      this._words = link || (error instanceof Refused && error.message) || t("That did not work");
    }
  }

  static override styles = [
    ...shared,
    cardStyles,
    css`
      ol {
        display: grid;
        gap: var(--gap-2);
        max-height: 16rem;
        overflow-y: auto;
      }
      li {
        position: relative;
        display: flex;
        gap: var(--gap-2);
        align-items: center;
        justify-content: space-between;
        padding: var(--gap-2);
        border-radius: var(--gap-2);
        overflow: hidden;
      }
      .bar {
        position: absolute;
        inset: 0;
        transform: scaleX(var(--share));
        transform-origin: left;
        background: var(--bg-tint);
        transition: transform var(--calm) var(--ease);
      }
      :host([overlay]) .bar {
        background: rgb(255 255 255 / 14%);
      }
      .name {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .name,
      .figures,
      .button {
        position: relative;
      }
      :host([overlay]) li {
        padding-block: 0.25rem;
      }
    `,
  ];
}

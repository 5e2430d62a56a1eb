/** `<lh-drop-card>`: coupons that have fallen into the room: how long, how many are left, and one tap. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { formatCount, formatSpan } from "../lib/format";
import { postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type DropCard, dropCard } from "../live/drops";
import { cardStyles } from "./card-styles";
import { discountWords, termsWords } from "./coupon-words";

type Mine = { kind: "none" | "asking" | "taken" } | { kind: "refused"; words: string };

export class LhDropCard extends LitElement {
  static override properties = {
    state: { attribute: false },
    now: { attribute: false },
    isGuest: { attribute: false },
    signIn: { attribute: "sign-in" },
    _mine: { state: true },
  };

  declare state: RoomState | null;
  /** The server's time in ms. */
  declare now: () => number;
  declare isGuest: boolean;
  declare signIn: string;
  declare _mine: Mine;
  #dropId = "";

  constructor() {
    super();
    this.state = null;
    this.now = Date.now;
    this.isGuest = true;
    this.signIn = "/sign-in";
    this._mine = { kind: "none" };
    new Ticker(this, () => this.state?.drop?.id !== undefined);
  }

  protected override willUpdate(): void {
    const dropId = this.state?.drop?.id ?? "";
    if (dropId === this.#dropId) return;
    this.#dropId = dropId;
    this._mine = { kind: "none" };
  }

  protected override render(): TemplateResult | typeof nothing {
    const card = dropCard(this.state, this.now());
    if (!card) return nothing;
    const isMine = this._mine.kind === "taken";
    return html`<section aria-label=${t("Coupon")} class=${card.standing}>
      <div class="worth">
        <strong class="figures">${discountWords(card)}</strong>
        <span class="muted small-text">${card.label}${termsWords(card)}</span>
      </div>
      ${
        card.standing === "open"
          ? html`<span class="time figures" role="timer" aria-label=${t("Time left")}>${formatSpan(card.restMs)}</span>`
          : nothing
      }
      <div class="below" aria-live="polite">
        ${isMine ? this.#taken() : this.#tap(card)}
      </div>
      <progress max=${card.total} value=${card.left} aria-label=${t("Coupons left")}></progress>
    </section>`;
  }

  #taken(): TemplateResult {
    return html`<p class="in">${icon("check")} <span>${t("Taken")}. ${t("It waits for you at the checkout.")}</span></p>`;
  }

  #tap(card: DropCard): TemplateResult {
    if (card.standing === "over") return html`<p class="muted">${t("The time is over.")}</p>`;
    if (card.standing === "gone") return html`<p class="muted">${t("All are taken.")}</p>`;
    if (this.isGuest) {
      return html`<a class="button primary wide" href=${this.signIn}>${t("Sign in to take one")}</a>`;
    }
    const words = this._mine.kind === "refused" ? this._mine.words : "";
    return html`<button class="button primary wide" ?disabled=${this._mine.kind === "asking"} @click=${() => void this.#take(card.id)}>
        ${t("Take it")} <span class="left small-text">${tn("{n} left", "{n} left", card.left, { n: formatCount(card.left) })}</span>
      </button>
      ${words ? html`<p class="small-text">${words}</p>` : nothing}`;
  }

  async #take(id: string): Promise<void> {
    this._mine = { kind: "asking" };
    let mine: Mine = { kind: "taken" };
    try {
      await postJson(`/api/drops/${encodeURIComponent(id)}/take`);
    } catch (error) {
      const words = (error instanceof Refused && error.message) || t("That did not work");
      mine = { kind: "refused", words };
    }
    if (id === this.#dropId) this._mine = mine;
  }

  static override styles = [
    ...shared,
    cardStyles,
    css`
      section {
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        border: 1px dashed var(--amber);
        animation: fall var(--calm) var(--ease);
      }
      @keyframes fall {
        from {
          opacity: 0;
          transform: translateY(-1.5rem);
        }
      }
      .worth {
        display: grid;
        min-width: 0;
      }
      .worth strong {
        font-size: 1.25rem;
        color: var(--amber);
      }
      .below,
      progress {
        grid-column: 1 / -1;
      }
      .left {
        opacity: 0.85;
      }
      :is(.gone, .over) progress {
        display: none;
      }
    `,
  ];
}

/** `<lh-pin>`: the offer that the host is showing right now. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import type { FairView } from "../live/fair";
import { type Card, canBuy } from "../live/offers";
import { cardWays, cardWords } from "./fair-parts";
import { closesWords, price, productImage, returnsWords } from "./offer-parts";
import type { WaitPart } from "./wait-part";

export class LhPin extends LitElement {
  static override properties = {
    card: { attribute: false },
    now: { attribute: false },
    fair: { attribute: false },
    waits: { attribute: false },
    overlay: { type: Boolean, reflect: true },
    closed: { type: Boolean },
  };

  declare card: Card | null;
  /** The server's time in ms. */
  declare now: () => number;
  declare fair: FairView | null;
  declare waits: WaitPart["view"];
  declare overlay: boolean;
  /** After the show: shown, not sold. */
  declare closed: boolean;

  constructor() {
    super();
    this.card = null;
    this.now = Date.now;
    this.fair = null;
    this.waits = null;
    this.overlay = false;
    this.closed = false;
    new Ticker(this, () => Boolean(this.card?.closes_at || this.card?.opens_at));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { card } = this;
    if (!card) return nothing;
    const nowMs = this.now();
    const closes = closesWords(card, nowMs);
    const returns = returnsWords(card);
    return html`<article class=${card.standing} aria-label=${t("The host is showing: {title}", { title: card.title })}>
      ${productImage(card)}
      <div class="matter">
        <h2>${card.title}</h2>
        ${card.variant ? html`<p class="muted variant">${card.variant}</p>` : nothing}
        <p class="money">${price(card)}</p>
        ${returns ? html`<p class="muted small-text">${returns}</p>` : nothing}
        <p class="left">
          ${
            canBuy(card)
              ? html`<progress
                max=${card.total || 1}
                .value=${card.left}
                aria-hidden="true"
              ></progress>`
              : nothing
          }
          <span class="figures">${cardWords(card, nowMs, this.fair)}</span>
          ${closes ? html`<span class="closes figures">${closes}</span>` : nothing}
        </p>
      </div>
      ${this.closed ? nothing : cardWays(card, this, nowMs, this.fair, this.waits)}
    </article>`;
  }

  static override styles = [
    ...shared,
    css`
      article {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--gap-3);
        padding: var(--gap-3);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface-raised);
        box-shadow: var(--shadow);
        animation: rise var(--calm) var(--ease);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(12px) scale(0.98);
        }
      }
      :host([overlay]) :is(progress, .variant) {
        display: none;
      }
      :host([overlay]) article {
        padding: var(--gap-2) var(--gap-3) var(--gap-2) var(--gap-2);
        background: rgb(31 26 41 / 88%);
        border-color: rgb(255 255 255 / 16%);
        backdrop-filter: blur(12px);
      }
      .product-image.thumb {
        width: 4rem;
      }
      .matter {
        display: grid;
        gap: 0.1rem;
        min-width: 0;
      }
      h2 {
        font-size: 1rem;
        overflow: hidden;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .variant {
        font-size: var(--size-small);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .money {
        line-height: 1.3;
      }
      .left {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--gap-2);
        color: var(--text-muted);
        font-size: var(--size-small);
        line-height: 1.4;
      }
      .last .left > span:first-of-type {
        color: var(--amber);
        font-weight: 640;
      }
      .closes {
        color: var(--amber);
      }
      progress {
        appearance: none;
        flex: none;
        width: 3.5rem;
        height: 0.375rem;
        border: 0;
        border-radius: 1rem;
        overflow: hidden;
        background: var(--bg-tint);
      }
      progress::-webkit-progress-bar {
        background: light-dark(#e9ddcf, #453b56);
      }
      progress::-webkit-progress-value {
        background: var(--accent);
        transition: width var(--calm) var(--ease);
      }
      progress::-moz-progress-bar {
        background: var(--accent);
      }
    `,
  ];
}

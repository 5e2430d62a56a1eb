/** `<lh-bag>`: every offer of the show, what can be bought first. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomState } from "../generated/wire";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import type { FairView } from "../live/fair";
import { type Card, cards } from "../live/offers";
import { cardWays, cardWords } from "./fair-parts";
import { closesWords, price, productImage, returnsWords } from "./offer-parts";
import type { WaitPart } from "./wait-part";

export class LhBag extends LitElement {
  static override properties = {
    state: { attribute: false },
    now: { attribute: false },
    fair: { attribute: false },
    waits: { attribute: false },
    /** After the show: shown, not sold. */
    closed: { type: Boolean },
  };

  declare state: RoomState | null;
  declare now: () => number;
  declare fair: FairView | null;
  declare waits: WaitPart["view"];
  declare closed: boolean;

  constructor() {
    super();
    this.state = null;
    this.now = Date.now;
    this.fair = null;
    this.waits = null;
    this.closed = false;
    new Ticker(this, () => this.state !== null);
  }

  protected override render(): TemplateResult {
    const nowMs = this.now();
    const all = cards(this.state, nowMs);
    if (!all.length) {
      return html`<p class="none muted">${t("Offers appear here when the host presents them.")}</p>`;
    }
    return html`<ul>
      ${repeat(
        all,
        (card) => card.id,
        (card) => this.#row(card, nowMs),
      )}
    </ul>`;
  }

  #row(card: Card, nowMs: number): TemplateResult {
    const shown = this.state?.stage?.pin === card.id;
    const closes = closesWords(card, nowMs);
    const returns = returnsWords(card);
    return html`<li class=${card.standing}>
      ${productImage(card)}
      <div class="matter">
        ${shown ? html`<span class="badge live">${t("On stage now")}</span>` : nothing}
        <h3>${card.title}</h3>
        ${card.variant ? html`<p class="muted small-text">${card.variant}</p>` : nothing}
        <p>${price(card)}</p>
        ${returns ? html`<p class="muted small-text">${returns}</p>` : nothing}
        <p class="left figures">
          ${cardWords(card, nowMs, this.fair)}${closes ? html` · <span class="closes">${closes}</span>` : nothing}
        </p>
      </div>
      ${this.closed ? nothing : cardWays(card, this, nowMs, this.fair, this.waits)}
    </li>`;
  }

  static override styles = [
    ...shared,
    css`
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--gap-3);
        align-items: center;
        padding: var(--gap-3) var(--gap-4);
        border-bottom: 1px solid var(--line);
      }
      li:last-child {
        border-bottom: 0;
      }
      .product-image.thumb {
        width: 4.25rem;
      }
      .matter {
        display: grid;
        gap: 0.1rem;
        justify-items: start;
        min-width: 0;
      }
      h3 {
        font-size: 1rem;
        overflow-wrap: anywhere;
      }
      .left {
        color: var(--text-muted);
        font-size: var(--size-small);
      }
      .last .left,
      .closes {
        color: var(--amber);
      }
      :is(.closed, .sold_out) .product-image {
        opacity: 0.55;
      }
      .none {
        padding: var(--gap-6) var(--gap-5);
        text-align: center;
      }
      .badge {
        min-height: 1.25rem;
        font-size: 0.75rem;
      }
    `,
  ];
}

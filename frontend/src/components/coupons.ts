/** `<lh-coupons>`: the coupons that a room offers, each to be taken with one tap. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomState } from "../generated/wire";
import { postJson, Refused } from "../lib/http";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type CouponCard, couponCards } from "../live/coupons";
import { discountWords, termsWords } from "./coupon-words";

export class LhCoupons extends LitElement {
  static override properties = {
    state: { attribute: false },
    now: { attribute: false },
  };

  declare state: RoomState | null;
  declare now: () => number;
  readonly #taken = new Set<string>();
  #words = "";

  constructor() {
    super();
    this.state = null;
    this.now = Date.now;
    new Ticker(this, () => this.state?.coupons !== undefined);
  }

  protected override render(): TemplateResult | typeof nothing {
    const offered = couponCards(this.state, this.now());
    if (!offered.length) return nothing;
    return html`<ul aria-label=${t("Coupons")}>
        ${repeat(
          offered,
          (coupon) => coupon.id,
          (coupon) => this.#row(coupon),
        )}
      </ul>
      <p class="words small-text" role="status">${this.#words}</p>`;
  }

  #row(coupon: CouponCard): TemplateResult {
    const taken = this.#taken.has(coupon.id);
    return html`<li>
      <span class="matter">
        <strong class="figures">${discountWords(coupon)}</strong>
        <span class="muted small-text">${coupon.label}${termsWords(coupon)}</span>
      </span>
      <button
        class="button small"
        ?disabled=${taken}
        aria-label=${t("Take {title}", { title: coupon.label })}
        @click=${() => this.#take(coupon)}
      >
        ${taken ? t("Taken") : t("Take")}
      </button>
    </li>`;
  }

  async #take(coupon: CouponCard): Promise<void> {
    try {
      await postJson(`/api/coupons/${encodeURIComponent(coupon.id)}/take`);
      this.#taken.add(coupon.id);
      this.#words = t("It waits for you at the checkout.");
    } catch (error) {
      this.#words = (error instanceof Refused && error.message) || t("That did not work");
    }
    this.requestUpdate();
  }

  static override styles = [
    ...shared,
    css`
      :host {
        flex: none;
        max-height: 40%;
        overflow-y: auto;
      }
      ul {
        display: grid;
        gap: var(--gap-2);
        padding: var(--gap-3) var(--gap-4);
      }
      li {
        display: flex;
        gap: var(--gap-3);
        align-items: center;
        justify-content: space-between;
        padding: var(--gap-2) var(--gap-3);
        border: 1px dashed var(--amber);
        border-radius: var(--gap-2);
      }
      .matter {
        display: grid;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .words:not(:empty) {
        padding: 0 var(--gap-4) var(--gap-2);
      }
    `,
  ];
}

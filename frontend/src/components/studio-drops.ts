/** `<lh-studio-drops>`: the host lets coupons fall into the room: which, how many, for how long. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { formatCount, formatSpan } from "../lib/format";
import { getJson, postJson, Refused } from "../lib/http";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { dropCard } from "../live/drops";
import { discountWords, type Terms } from "./coupon-words";

interface StoreCoupon {
  readonly code: string;
  readonly shown: boolean;
  readonly coupon: Terms & { id: string; label: string; starts_at: string; ends_at: string };
}

const SECONDS = [30, 60, 120, 300, 600];

export class LhStudioDrops extends LitElement {
  static override properties = {
    slug: {},
    store: {},
    state: { attribute: false },
    now: { attribute: false },
    _coupons: { state: true },
    _words: { state: true },
    _busy: { state: true },
  };

  declare slug: string;
  declare store: string;
  declare state: RoomState | null;
  declare now: () => number;
  declare _coupons: StoreCoupon["coupon"][] | null;
  declare _words: string;
  declare _busy: boolean;

  constructor() {
    super();
    this.slug = "";
    this.store = "";
    this.state = null;
    this.now = Date.now;
    this._coupons = null;
    this._words = "";
    this._busy = false;
    new Ticker(this, () => this.state?.drop?.id !== undefined);
  }

  protected override firstUpdated(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const found = await getJson<{ coupons: StoreCoupon[] }>(`/api/stores/${this.store}/coupons`);
      const nowMs = this.now();
      // What has neither a code nor viewers who see it is set aside for others, as what fell before.
      this._coupons = found.coupons
        .filter((one) => one.code || one.shown)
        .map((one) => one.coupon)
        .filter((one) => Date.parse(one.starts_at) <= nowMs && nowMs < Date.parse(one.ends_at));
    } catch {
      this._coupons = [];
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this._coupons) return nothing;
    const card = dropCard(this.state, this.now());
    return html`<section class="drops">
      <h3>${t("Coupon drop")}</h3>
      ${
        card && card.standing !== "over"
          ? html`<p class="row">
              <span class="figures">${discountWords(card)} · ${t("{left} of {total} left", { left: formatCount(card.left), total: formatCount(card.total) })}
                · ${formatSpan(card.restMs)}</span>
              <button class="button small danger" ?disabled=${this._busy} @click=${() => void this.#act(`/api/drops/${card.id}/end`, {})}>${t("End it")}</button>
            </p>`
          : this.#form(this._coupons)
      }
      <p class="small-text" role="status">${this._words}</p>
    </section>`;
  }

  #form(coupons: StoreCoupon["coupon"][]): TemplateResult {
    if (!coupons.length) {
      return html`<p class="muted small-text">
        <a href=${`/console/${this.store}/coupons`} target="_blank">${t("Publish a coupon first")}</a>
      </p>`;
    }
    return html`<form class="row" @submit=${this.#drop}>
      <select name="coupon" aria-label=${t("Coupon")}>
        ${coupons.map((one) => html`<option value=${one.id}>${one.label}, ${discountWords(one)}</option>`)}
      </select>
      <input name="count" type="number" min="1" max="10000000" value="100" aria-label=${t("How many")} required />
      <select name="seconds" aria-label=${t("For how long")}>
        ${SECONDS.map((one) => html`<option value=${one} ?selected=${one === 60}>${formatSpan(one * 1000)}</option>`)}
      </select>
      <button class="button small primary" ?disabled=${this._busy}>${t("Let them fall")}</button>
    </form>`;
  }

  readonly #drop = (event: SubmitEvent): void => {
    event.preventDefault();
    const sent = new FormData(event.target as HTMLFormElement);
    void this.#act(`/api/shows/${this.slug}/drops`, {
      coupon_id: String(sent.get("coupon")),
      count: Number(sent.get("count")),
      seconds: Number(sent.get("seconds")),
    });
  };

  async #act(path: string, body: unknown): Promise<void> {
    this._busy = true;
    this._words = "";
    try {
      await postJson(path, body);
    } catch (error) {
      this._words = (error instanceof Refused && error.message) || t("That did not work");
    } finally {
      this._busy = false;
    }
  }

  static override styles = [
    ...shared,
    css`
      .drops {
        display: grid;
        gap: var(--gap-2);
        padding: var(--gap-3) var(--gap-4);
        border-bottom: 1px solid var(--line);
      }
      h3 {
        font-size: 1rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-2);
        align-items: center;
      }
      select,
      input {
        min-height: 2.25rem;
        padding: 0 var(--gap-2);
        border: 1px solid var(--line-strong, var(--line));
        border-radius: var(--radius-small);
        background: var(--surface);
        color: var(--text);
        font: inherit;
        max-width: 100%;
      }
      select[name="coupon"] {
        flex: 1 1 10rem;
        min-width: 0;
      }
      input {
        width: 6.5rem;
      }
      [role="status"]:empty {
        display: none;
      }
    `,
  ];
}

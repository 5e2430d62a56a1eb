/** `<lh-buy>`: what became of a tap on "Buy": asking, held for you until a time, or why not and what to do. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { OrderAnswer } from "../generated/wire";
import { formatMoney, formatSpan } from "../lib/format";
import { Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import type { RoomClient } from "../live/client";
import { buyStyles } from "./buy-styles";

type Stage =
  | { kind: "asking" }
  | { kind: "held"; order: OrderAnswer }
  | { kind: "refused"; code: string; message: string }
  | { kind: "guest" };

/** After these the same order may be asked for again. */
const WORTH_ANOTHER_TRY = new Set([
  "timeout",
  "busy",
  "too_many_requests",
  "too_many",
  "asked_again",
]);

export class LhBuy extends LitElement {
  static override properties = {
    room: { attribute: false },
    now: { attribute: false },
    signIn: { attribute: "sign-in" },
    _stage: { state: true },
    _title: { state: true },
  };

  declare room: RoomClient | null;
  declare now: () => number;
  declare signIn: string;
  declare _stage: Stage;
  declare _title: string;

  #offerId = "";
  #orderId = "";

  constructor() {
    super();
    this.room = null;
    this.now = Date.now;
    this.signIn = "/sign-in";
    this._stage = { kind: "asking" };
    this._title = "";
    new Ticker(this, () => this._stage.kind === "held");
  }

  /** One tap: order one piece and show what became of it. */
  async buy(offerId: string, title: string): Promise<void> {
    this._title = title;
    this.#offerId = offerId;
    this.#orderId = this.room?.newId() ?? "";
    const guest = this.room?.view.you?.signed_in === false;
    this._stage = guest ? { kind: "guest" } : { kind: "asking" };
    await this.updateComplete;
    const dialog = this.#dialog;
    if (dialog && !dialog.open) dialog.showModal();
    if (!guest) await this.#ask();
  }

  /** Somebody without an account wants something that needs one. */
  async askToSignIn(): Promise<void> {
    this._stage = { kind: "guest" };
    await this.updateComplete;
    if (!this.#dialog?.open) this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  /** What was focused may be gone with the former words; the new heading is where reading goes on. */
  protected override updated(changes: PropertyValues): void {
    if (changes.has("_stage") && this.#dialog?.open) {
      this.renderRoot.querySelector<HTMLElement>("#title")?.focus();
    }
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  async #ask(): Promise<void> {
    const { room } = this;
    const id = this.#orderId;
    this._stage = { kind: "asking" };
    try {
      if (!room) throw new Refused("not_connected", "");
      // With the same id a second try can never become a second order.
      const order = await room.buy(this.#offerId, 1, id);
      if (id === this.#orderId) this._stage = { kind: "held", order };
    } catch (error) {
      if (id !== this.#orderId) return;
      const { code, message } = error instanceof Refused ? error : new Refused("timeout", "");
      this._stage =
        code === "sign_in_required" ? { kind: "guest" } : { kind: "refused", code, message };
    }
  }

  protected override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="title"
      @click=${(event: Event) => event.target === this.#dialog && this.close()}
    >
      <div class="body" aria-live="polite">
        <button class="button quiet icon shut" aria-label=${t("Close")} @click=${() => this.close()}>
          ${icon("close")}
        </button>
        ${this.#matter()}
      </div>
    </dialog>`;
  }

  #matter(): TemplateResult {
    const stage = this._stage;
    switch (stage.kind) {
      case "asking":
        return html`<span class="mark asking"></span>
          <h2 id="title" tabindex="-1" autofocus>${t("Holding it for you…")}</h2>
          <p class="muted">${this._title}</p>`;
      case "held":
        return this.#held(stage.order);
      case "guest":
        return html`<span class="mark">${icon("lock")}</span>
          <h2 id="title" tabindex="-1" autofocus>${t("Sign in to buy")}</h2>
          <p class="muted">${t("You come straight back to the show.")}</p>
          <a class="button primary large wide" href=${this.signIn}>${t("Sign in")}</a>`;
      case "refused":
        return this.#refused(stage.code, stage.message);
    }
  }

  readonly #wait = (): void => {
    this.close();
    this.dispatchEvent(
      new CustomEvent("wait", { detail: this.#offerId, bubbles: true, composed: true }),
    );
  };

  #held(order: OrderAnswer): TemplateResult {
    const page = `/orders/${order.id}`;
    const total = formatMoney(order.total_minor, order.currency);
    const restMs = order.pay_by - this.now();
    if (order.state !== "placed") {
      return html`<span class="mark good">${icon("check")}</span>
        <h2 id="title" tabindex="-1" autofocus>${t("You have this order already")}</h2>
        <p class="muted">${this._title}</p>
        <a class="button primary large wide" href=${page}>${t("Show the order")}</a>`;
    }
    if (restMs <= 0) {
      return html`<span class="mark bad">${icon("warning")}</span>
        <h2 id="title" tabindex="-1" autofocus>${t("The time to pay has passed")}</h2>
        <p class="muted">${t("The piece went back on sale. Nothing was charged.")}</p>
        <button class="button primary large wide" @click=${() => this.close()}>
          ${t("Back to the show")}
        </button>`;
    }
    return html`<span class="mark good">${icon("check")}</span>
      <h2 id="title" tabindex="-1" autofocus>${t("It is yours for now")}</h2>
      <p class="what">
        <span>${this._title}</span><strong class="price">${total}</strong>
      </p>
      <p class="until">
        ${t("Pay within")} <strong class="figures" role="timer">${formatSpan(restMs)}</strong>
      </p>
      <a class="button primary large wide" href=${page}>
        ${order.needs_address ? t("Add your address and pay") : t("Pay {total}", { total })}
      </a>
      <button class="button quiet wide" @click=${() => this.close()}>
        ${t("Keep watching, pay later")}
      </button>`;
  }

  #refused(code: string, message: string): TemplateResult {
    const again = WORTH_ANOTHER_TRY.has(code);
    return html`<span class="mark bad">${icon("warning")}</span>
      <h2 id="title" tabindex="-1" autofocus>${HEADINGS[code]?.() ?? t("That did not work")}</h2>
      <p class="muted">${message || this._title}</p>
      ${
        again
          ? html`<p class="muted small-text">
              ${t("Trying again is safe: it can never become a second order.")}
            </p>
            <button class="button primary large wide" @click=${() => void this.#ask()}>
              ${t("Try again")}
            </button>`
          : nothing
      }
      ${
        code === "sold_out"
          ? html`<button class="button primary large wide" @click=${this.#wait}>${t("Wait for one")}</button>
            <p class="muted small-text">${t("What others do not pay for is held for the first in the line.")}</p>`
          : nothing
      }
      ${
        code === "limit_reached"
          ? html`<a class="button primary large wide" href="/orders">${t("Show my orders")}</a>`
          : nothing
      }
      <button class="button ${again || code === "limit_reached" || code === "sold_out" ? "quiet" : ""} wide" @click=${() => this.close()}>
        ${t("Back to the show")}
      </button>`;
  }

  static override styles = [...shared, buyStyles];
}

const HEADINGS: Record<string, () => string> = {
  sold_out: () => t("Sold out, just now"),
  limit_reached: () => t("That is all per person"),
  offer_closed: () => t("This offer has closed"),
  offer_not_open: () => t("Not open yet"),
  only_rehearsal: () => t("This is a rehearsal"),
  show_not_on: () => t("The show is over"),
  run_ended: () => t("The show is over"),
  timeout: () => t("No answer yet"),
  busy: () => t("Very many are buying right now"),
};

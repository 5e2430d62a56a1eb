/** `<lh-fair>`: our part in a fair opening: taking part, waiting, the result, and the check of the draw. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Drawn } from "../generated/wire";
import { formatCount, formatMoney, formatSpan } from "../lib/format";
import { getJson, type Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type FairView, fairPhase, type Mine } from "../live/fair";
import { canCheck, type DrawRecord, type Finding, type Findings, verify } from "../live/fairness";
import type { Card } from "../live/offers";
import { buyStyles } from "./buy-styles";
import { fairStyles } from "./fair-styles";

type Check =
  | { kind: "none" }
  | { kind: "checking" }
  | { kind: "failed"; message: string }
  | { kind: "checked"; found: [words: string, holds: boolean][] };

export class LhFair extends LitElement {
  static override properties = {
    card: { attribute: false },
    view: { attribute: false },
    now: { attribute: false },
    isGuest: { attribute: false },
    signIn: { attribute: "sign-in" },
    refused: { attribute: false },
    _check: { state: true },
  };

  declare card: Card | null;
  declare view: FairView | null;
  /** The server's time in ms. */
  declare now: () => number;
  declare isGuest: boolean;
  declare signIn: string;
  /** Why we were not let in, until we try again. */
  declare refused: Refused | null;
  declare _check: Check;

  constructor() {
    super();
    this.card = null;
    this.view = null;
    this.now = Date.now;
    this.isGuest = false;
    this.signIn = "/sign-in";
    this.refused = null;
    this._check = { kind: "none" };
    new Ticker(this, () => this.#dialog?.open === true);
  }

  async show(): Promise<void> {
    await this.updateComplete;
    if (!this.#dialog?.open) this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  protected override willUpdate(changes: PropertyValues): void {
    const before = changes.get("card") as Card | null | undefined;
    if (before && before.fair?.id !== this.card?.fair?.id) this._check = { kind: "none" };
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
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
        ${this.card && this.view ? this.#matter(this.card, this.view) : nothing}
      </div>
    </dialog>`;
  }

  #matter(card: Card, view: FairView): TemplateResult {
    if (this.isGuest) {
      return html`${this.#head("lock", "", t("Sign in to take part"))}
        <p class="muted">${t("You come straight back to the show.")}</p>
        <a class="button primary large wide" href=${this.signIn}>${t("Sign in")}</a>`;
    }
    if (this.refused) return this.#no(card, this.refused);
    const phase = fairPhase(card, this.now(), view);
    switch (phase.kind) {
      case "result":
        return phase.drawn.outcome === "placed"
          ? this.#place(card, phase.drawn)
          : this.#miss(card, phase.drawn);
      case "waiting":
        return html`${this.#head("check", "good", t("You take part"))}
          ${this.#name(card, view)}
          <p class="until">
            ${t("The list closes in")}
            <strong class="figures" role="timer">${formatSpan(phase.ms)}</strong>
          </p>
          <p class="muted small-text">
            ${t("Everybody in the list has the same chance, however late their picture is.")}
          </p>`;
      case "open":
        return html`<span class="mark asking"></span>
          <h2 id="title" tabindex="-1" autofocus>${t("Taking part…")}</h2>
          <p class="muted">${card.title}</p>`;
      default:
        return html`<span class="mark asking"></span>
          <h2 id="title" tabindex="-1" autofocus>${t("The places are being drawn…")}</h2>
          ${this.#name(card, view)}`;
    }
  }

  #head(name: "check" | "warning" | "lock", mood: string, words: string): TemplateResult {
    return html`<span class="mark ${mood}">${icon(name)}</span>
      <h2 id="title" tabindex="-1" autofocus>${words}</h2>`;
  }

  #name(card: Card, view: FairView): TemplateResult | typeof nothing {
    const entrant = view.mine(card)?.entrant;
    if (!entrant) return nothing;
    return html`<p class="what">
      <span>${t("Your name in this draw")}</span>
      <strong class="entrant" title=${entrant}>${entrant.slice(0, 8)}</strong>
    </p>`;
  }

  #place(card: Card, drawn: Drawn): TemplateResult {
    const total = formatMoney(drawn.total_minor, drawn.currency || card.currency);
    const restMs = drawn.pay_by - this.now();
    return html`${this.#head("check", "good", t("You have a place"))}
      <p class="what"><span>${card.title}</span><strong class="price">${total}</strong></p>
      ${this.#position(drawn)}
      ${
        restMs > 0
          ? html`<p class="until">
              ${t("Pay within")} <strong class="figures" role="timer">${formatSpan(restMs)}</strong>
            </p>`
          : nothing
      }
      <a class="button primary large wide" href=${`/orders/${drawn.id}`}>
        ${restMs <= 0 ? t("Show the order") : drawn.needs_address ? t("Add your address and pay") : t("Pay {total}", { total })}
      </a>
      ${this.#checking(drawn)}`;
  }

  #miss(card: Card, drawn: Drawn): TemplateResult {
    const why = WHY[drawn.outcome]?.();
    return html`${this.#head("warning", "", t("No place this time"))}
      ${why ? html`<p class="muted">${why}</p>` : nothing}
      ${drawn.position ? this.#position(drawn) : nothing}
      ${
        card.fair?.stage === "done"
          ? html`<p class="muted small-text">
              ${tn("{n} got a place.", "{n} got a place.", card.fair.placed)}
            </p>`
          : nothing
      }
      ${drawn.position ? this.#checking(drawn) : nothing}
      <button class="button wide" @click=${() => this.close()}>${t("Back to the show")}</button>`;
  }

  #position({ position, entrants }: Drawn): TemplateResult {
    const words = t("You are number {position} of {entrants}.", {
      position: formatCount(position),
      entrants: formatCount(entrants),
    });
    return html`<p class="position">${words}</p>`;
  }

  #no(card: Card, { message }: Refused): TemplateResult {
    const again = () =>
      this.dispatchEvent(
        new CustomEvent("enter", { detail: card.id, bubbles: true, composed: true }),
      );
    return html`${this.#head("warning", "bad", t("That did not work"))}
      <p class="muted">${message || card.title}</p>
      <button class="button primary large wide" @click=${again}>${t("Try again")}</button>
      <button class="button quiet wide" @click=${() => this.close()}>${t("Back to the show")}</button>`;
  }

  // The check.

  #checking(drawn: Drawn): TemplateResult {
    const check = this._check;
    const record = `/api/openings/${drawn.opening_id}`;
    switch (check.kind) {
      case "none":
        return html`<button class="button quiet wide" @click=${() => void this.#verify(record)}>
          ${t("Check the draw")}
        </button>`;
      case "checking":
        return html`<p class="muted" role="status">${t("Your device computes the draw anew…")}</p>`;
      case "failed":
        return html`<p class="muted" role="status">${check.message}</p>
          <a href=${record} target="_blank" rel="noopener">${t("Everything that was published")}</a>`;
      case "checked":
        return html`<section class="check" aria-label=${t("Check the draw")}>
          <ul>
            ${check.found.map(
              ([words, holds]) => html`<li class=${holds ? "holds" : "fails"}>
                ${icon(holds ? "check" : "warning")}
                <span><span class="visually-hidden">${holds ? t("Holds:") : t("Fails:")} </span>${words}</span>
              </li>`,
            )}
          </ul>
          <p class="small-text">
            <a href=${record} target="_blank" rel="noopener">${t("Everything that was published")}</a>
          </p>
        </section>`;
    }
  }

  async #verify(address: string): Promise<void> {
    const { card, view } = this;
    if (!card || !view) return;
    if (!canCheck()) {
      const message = t("Your browser checks only over a secure connection.");
      this._check = { kind: "failed", message };
      return;
    }
    this._check = { kind: "checking" };
    try {
      const record = await getJson<DrawRecord>(address);
      const found = await verify(record);
      this._check = { kind: "checked", found: [...this.#seen(card, view, record), ...told(found)] };
    } catch {
      this._check = { kind: "failed", message: t("That did not get through. Try again.") };
    }
  }

  /** What only we can know: that it is what we saw before, and that we are in it. */
  #seen(card: Card, view: FairView, record: DrawRecord): [string, boolean][] {
    const mine = view.mine(card);
    const isIn = record.entrants.some(
      (one) => one.id === mine?.entrant && one.nonce === mine.nonce,
    );
    return [
      [
        t("The promise is the one that you saw before the call."),
        record.commitment === mine?.commitment,
      ],
      [
        t("The list is the one that the room showed before the seed."),
        record.root === (mine?.root ?? card.fair?.root),
      ],
      ...fixedSoon(mine),
      [t("You are in the list, with your own random number."), isIn],
    ];
  }

  static override styles = [...shared, buyStyles, fairStyles];
}

/** Whoever knows the seed could try other lists for as long as the list is not fixed. */
const FIXED_MS_MAX = 10_000;

function fixedSoon(mine: Mine | undefined): [string, boolean][] {
  if (mine?.rootAfterMs === undefined) return [];
  const n = Math.ceil(mine.rootAfterMs / 1000);
  const words = tn(
    "The list was fixed {n} s after it closed.",
    "The list was fixed {n} s after it closed.",
    n,
  );
  return [[words, mine.rootAfterMs <= FIXED_MS_MAX]];
}

function told(found: Findings): [string, boolean][] {
  return Object.entries(found).map(([name, holds]) => [FOUND[name as Finding](), holds]);
}

const FOUND: Record<Finding, () => string> = {
  form: () => t("What was published is whole."),
  seed: () => t("The seed is the one that was promised."),
  names: () => t("Every name follows from its owner's random number."),
  root: () => t("The list was not changed after it was closed."),
  order: () => t("The order follows from the seed and everybody's random numbers."),
  places: () => t("The places were given in this order."),
};

const WHY: Record<string, () => string> = {
  called_off: () => t("The show ended before the draw. Nobody got a place."),
  offer_closed: () => t("The host closed the offer before the draw. Nobody got a place."),
  only_rehearsal: () => t("This is a rehearsal. Nothing is sold."),
  show_not_on: () => t("The show ended before the draw. Nobody got a place."),
  limit_reached: () => t("That is all per person"),
};

/** The basket beside one-tap buying: put something in without leaving the show, and the way to it with its count. */
import { html, nothing, type ReactiveController, type TemplateResult } from "lit";
import { getJson, postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { t, tn } from "../lib/text";
import { type Card, canBuy } from "../live/offers";

interface Host {
  addController(controller: ReactiveController): void;
  requestUpdate(): void;
}

/** What became of putting something in; `words` are for the viewer, empty for a guest. */
export interface Put {
  kind: "in" | "guest" | "refused";
  words: string;
}

/** The viewer's basket as far as a room shows it: how many pieces it has. */
export class Basket implements ReactiveController {
  count = 0;
  readonly #host: Host;
  #asked = false;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#asked = false;
  }

  /** Ask for the count once it is known that there is an account to have one. */
  async greet(signedIn: boolean): Promise<void> {
    if (!signedIn || this.#asked) return;
    this.#asked = true;
    try {
      this.#set((await getJson<{ count: number }>("/api/basket/count")).count);
    } catch {
      // The way to the basket shows up with the first thing put in.
    }
  }

  async put(offerId: string, title: string): Promise<Put> {
    try {
      const answer = await postJson<{ count: number }>("/api/basket/items", { offer_id: offerId });
      this.#set(answer.count);
      return { kind: "in", words: t("In your basket: {title}", { title }) };
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return { kind: "guest", words: "" };
      const words = error instanceof Refused ? error.message : "";
      return { kind: "refused", words: words || t("That did not work") };
    }
  }

  /** The way to the basket; nothing while it is empty. */
  link(look: "round" | "button"): TemplateResult | typeof nothing {
    const { count } = this;
    if (!count) return nothing;
    const words = tn("Basket: {n} piece", "Basket: {n} pieces", count);
    const shown = look === "round" ? "count" : "badge";
    return html`<a class=${look} href="/basket" aria-label=${words}>
      ${icon("basket")}<span class="figures ${shown}" aria-hidden="true">${count}</span>
    </a>`;
  }

  #set(count: number): void {
    this.count = count;
    this.#host.requestUpdate();
  }
}

/** Fires `basket` with the offer's id and title from the element that holds the card. */
export function basketButton(card: Card, from: HTMLElement): TemplateResult | typeof nothing {
  if (!canBuy(card)) return nothing;
  const press = () =>
    from.dispatchEvent(
      new CustomEvent("basket", {
        detail: { id: card.id, title: card.title },
        bubbles: true,
        composed: true,
      }),
    );
  const words = t("Put {title} into the basket", { title: card.title });
  return html`<button class="button quiet icon" aria-label=${words} title=${words} @click=${press}>
    ${icon("basket")}
  </button>`;
}

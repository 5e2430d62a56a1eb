/** A watch page's part in buying: the basket, the tap on "Buy", and small words about what became of it. */
import type { ReactiveController } from "lit";
import { withWords } from "../lib/text";
import { Basket } from "./basket";
import type { LhBuy } from "./buy";
import type { LhToasts } from "./toasts";

interface Host {
  addController(controller: ReactiveController): void;
  requestUpdate(): void;
  readonly renderRoot: ParentNode;
}

let extras: Promise<unknown> | null = null;

/** The elements that a page does without until its picture moves. */
export function loadExtras(): Promise<unknown> {
  extras ??= withWords(import("./watch-extras")).catch(() => {
    // Whoever needs them next tries again.
    extras = null;
  });
  return extras;
}

export class SalePart {
  readonly basket: Basket;

  constructor(private readonly host: Host) {
    this.basket = new Basket(host);
  }

  /** One tap: order one piece. */
  async buy(offerId: string, title: string): Promise<void> {
    this.closeBag();
    await (await this.#buying())?.buy(offerId, title);
  }

  async put(offerId: string, title: string): Promise<void> {
    const put = await this.basket.put(offerId, title);
    if (put.kind === "guest") {
      this.closeBag();
      await (await this.#buying())?.askToSignIn();
    } else this.tell(put.words);
  }

  /** Say it in passing; before there is what says it, it is not said. */
  tell(words: string): void {
    this.host.renderRoot.querySelector<LhToasts>("lh-toasts")?.add?.(words);
  }

  closeBag(): void {
    this.host.renderRoot.querySelector<HTMLDialogElement>("dialog.sheet")?.close();
  }

  async #buying(): Promise<LhBuy | null> {
    await loadExtras();
    return this.host.renderRoot.querySelector<LhBuy>("lh-buy");
  }
}

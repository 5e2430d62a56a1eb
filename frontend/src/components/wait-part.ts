/** A page's part in what cannot be bought: its script comes when something is sold out, or opens later. */
import type { Offer, RoomState } from "../generated/wire";
import { withWords } from "../lib/text";
import type { Ground, WaitingLine } from "./waiting-line";

export class WaitPart {
  /** A new one with each change, so that cards are drawn anew; null until something is sold out. */
  view: { readonly line: WaitingLine } | null = null;
  readonly #host: { requestUpdate(): void };
  readonly #ground: () => Ground;
  #line: Promise<WaitingLine> | null = null;

  constructor(host: { requestUpdate(): void }, ground: () => Ground) {
    this.#host = host;
    this.#ground = ground;
  }

  seen(state: RoomState | null): void {
    this.view?.line.seen(state);
    const { now } = this.#ground();
    const opensLater = (one: Offer) => one.opens_at > now() && one.state === "planned";
    const offers = Object.values(state?.offers ?? {});
    if (!this.#line && offers.some((one) => one.left === 0 || opensLater(one))) {
      void this.#load().then((line) => line?.seen(state));
    }
  }

  readonly join = (event: CustomEvent<string>): void => {
    void this.#load().then((line) => line?.join(event.detail));
  };

  readonly leave = (event: CustomEvent<string>): void => {
    void this.#load().then((line) => line?.leave(event.detail));
  };

  readonly remind = (event: CustomEvent<string>): void => {
    void this.#load().then((line) => line?.remind(event.detail));
  };

  #load(): Promise<WaitingLine | null> {
    this.#line ??= withWords(import("./waiting-line")).then((script) => {
      const line = new script.WaitingLine(this.#ground, () => this.#show(line));
      this.#show(line);
      return line;
    });
    return this.#line.catch(() => {
      this.#line = null; // the next change of the room tries again
      return null;
    });
  }

  #show(line: WaitingLine): void {
    this.view = { line };
    this.#host.requestUpdate();
  }
}

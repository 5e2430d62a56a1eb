/** Asks the house again and again how something stands, for as long as somebody sees the page. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class Lookout implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined;
  #begun = false;

  /** `look` may fail: what was there stays, and the next look comes in a moment. */
  constructor(
    host: ReactiveControllerHost,
    private readonly everyMs: number,
    private readonly look: () => Promise<void>,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => void this.#look(), this.everyMs);
  }

  hostUpdated(): void {
    if (this.#begun) return;
    this.#begun = true;
    void this.#look();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    try {
      await this.look();
    } catch {
      // The next one comes in a moment.
    }
  }
}

/** A page's part in drops: the card of coupons that fall into the room, whose script comes with the first. */
import { html, nothing, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { withWords } from "../lib/text";

interface Host {
  requestUpdate(): void;
}

/** What the page knows of its room. */
export interface Ground {
  readonly isGuest: boolean;
  readonly state: RoomState | null;
  readonly now: () => number;
}

export class DropPart {
  readonly #host: Host;
  readonly #ground: () => Ground;
  #state: "none" | "loading" | "here" = "none";

  constructor(host: Host, ground: () => Ground) {
    this.#host = host;
    this.#ground = ground;
  }

  /** The room has changed: load what draws the card, once there is one to draw. */
  seen(state: RoomState | null): void {
    if (state?.drop?.id !== undefined && this.#state === "none") void this.#load();
  }

  card(slot: string, overlay: boolean, signIn: string): TemplateResult | typeof nothing {
    if (this.#state !== "here") return nothing;
    const { isGuest, state, now } = this.#ground();
    return html`<lh-drop-card
      slot=${slot || nothing}
      ?overlay=${overlay}
      .state=${state}
      .now=${now}
      .isGuest=${isGuest}
      sign-in=${signIn}
    ></lh-drop-card>`;
  }

  async #load(): Promise<void> {
    this.#state = "loading";
    try {
      const { LhDropCard } = await withWords(import("./drop-card"));
      if (!customElements.get("lh-drop-card")) customElements.define("lh-drop-card", LhDropCard);
      this.#state = "here";
    } catch {
      // The next change of the room tries again.
      this.#state = "none";
    }
    this.#host.requestUpdate();
  }
}

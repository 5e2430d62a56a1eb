/** A page's part in what the crowd does together; the script comes once the host begins any of it. */
import { html, nothing, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { withWords } from "../lib/text";
import { crowdBegins } from "../live/beginnings";
import type { Arena } from "./battle-part";

const CROWD_KINDS = ["packets", "quiz", "applause", "questions"] as const;

export class CrowdPart {
  #state: "waiting" | "loading" | "there" = "waiting";

  constructor(
    private readonly host: { requestUpdate(): void },
    private readonly arena: () => Arena,
  ) {}

  /** The room has changed: load what draws the cards, once there is one to draw. */
  seen(state: RoomState | null): void {
    if (this.#state === "waiting" && state && crowdBegins(state)) void this.#load();
  }

  /** A card for each thing that the crowd does, in a slot of its name. */
  cards(overlay: boolean, signIn: string): TemplateResult | typeof nothing {
    const { room, state, now } = this.arena();
    if (this.#state !== "there") return nothing;
    const card = (kind: string) =>
      html`<lh-crowd
        slot=${kind}
        kind=${kind}
        ?overlay=${overlay}
        .room=${room}
        .state=${state}
        .now=${now}
        sign-in=${signIn}
      ></lh-crowd>`;
    return html`${CROWD_KINDS.map(card)}`;
  }

  async #load(): Promise<void> {
    this.#state = "loading";
    try {
      const { LhCrowd } = await withWords(import("./crowd"));
      if (!customElements.get("lh-crowd")) customElements.define("lh-crowd", LhCrowd);
      this.#state = "there";
    } catch {
      this.#state = "waiting"; // the next change of the room tries again
    }
    this.host.requestUpdate();
  }
}

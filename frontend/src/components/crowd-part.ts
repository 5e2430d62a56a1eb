/** A page's part in what the crowd does together; the script comes once the host begins any of it. */
import { html, nothing, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { withWords } from "../lib/text";
import type { Arena } from "./battle-part";

export class CrowdPart {
  #state: "waiting" | "loading" | "there" = "waiting";

  constructor(
    private readonly host: { requestUpdate(): void },
    private readonly arena: () => Arena,
  ) {}

  /** The room has changed: load what draws the cards, once there is one to draw. */
  seen(state: RoomState | null): void {
    if (this.#state === "waiting" && state && begins(state)) void this.#load();
  }

  cards(slot: string, overlay: boolean, signIn: string): TemplateResult | typeof nothing {
    const { room, state, now } = this.arena();
    if (this.#state !== "there") return nothing;
    return html`<lh-crowd
      slot=${slot || nothing}
      ?overlay=${overlay}
      .room=${room}
      .state=${state}
      .now=${now}
      sign-in=${signIn}
    ></lh-crowd>`;
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

function begins({ questions, quizzes, packets, applause, stage }: RoomState): boolean {
  return Boolean(
    questions?.open ||
      questions?.waiting ||
      stage.question ||
      applause?.title ||
      Object.keys({ ...quizzes, ...packets }).length,
  );
}

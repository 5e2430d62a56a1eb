/** A page's part in battles: our votes, and the card, whose script comes when there is a battle. */
import { html, nothing, type TemplateResult } from "lit";
import type { RoomState, VoteCounted } from "../generated/wire";
import { withWords } from "../lib/text";
import type { MyVotes } from "../live/battles";
import type { RoomClient } from "../live/client";

export interface Arena {
  readonly room: RoomClient | null;
  readonly state: RoomState | null;
  readonly now: () => number;
}

type Script = typeof import("./battle-card");

export class BattlePart {
  #script: Script | null = null;
  #loading = false;
  #mine: MyVotes | null = null;
  #version = 0;

  constructor(
    private readonly host: { requestUpdate(): void },
    private readonly arena: () => Arena,
  ) {}

  counted(answer: VoteCounted): void {
    this.#mine?.counted(answer);
  }

  /** The room has changed: load what draws the card, once there is one to draw. */
  seen(state: RoomState | null): void {
    if (Object.keys(state?.battles ?? {}).length) void this.#load();
  }

  card(slot: string, overlay: boolean, signIn: string): TemplateResult | typeof nothing {
    const { room, state, now } = this.arena();
    const card = this.#script?.battleCard(state);
    if (!card) return nothing;
    return html`<lh-battle-card
      slot=${slot || nothing}
      ?overlay=${overlay}
      .card=${card}
      .mine=${this.#mine}
      .version=${this.#version}
      .restMs=${card.closes_at - now()}
      .isGuest=${room?.view.you?.signed_in !== true}
      sign-in=${signIn}
      @vote=${(event: CustomEvent<number>) => room && this.#mine?.vote(room, card, event.detail)}
    ></lh-battle-card>`;
  }

  async #load(): Promise<void> {
    if (this.#script || this.#loading) return;
    this.#loading = true;
    try {
      const script = await withWords(import("./battle-card"));
      if (!customElements.get("lh-battle-card")) {
        customElements.define("lh-battle-card", script.LhBattleCard);
      }
      this.#mine = new script.MyVotes(() => {
        this.#version += 1;
        this.host.requestUpdate();
      });
      this.#script = script;
    } catch {
      // The next change of the room tries again.
    }
    this.#loading = false;
    this.host.requestUpdate();
  }
}

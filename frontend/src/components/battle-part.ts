/** A page's part in battles: our votes, and the card, whose script comes when there is a battle. */
import { html, nothing, type TemplateResult } from "lit";
import type { RoomState, VoteCounted } from "../generated/wire";
import { getJson } from "../lib/http";
import { withWords } from "../lib/text";
import type { BattleCard, MyVotes } from "../live/battles";

/** Where votes go: a room, or the page of a contest. */
export interface Ballots {
  vote(battleId: string, contestant: number, given: number): void;
  readonly view: { readonly you: { readonly signed_in: boolean } | null };
}

export interface Arena {
  readonly room: Ballots | null;
  readonly state: RoomState | null;
  readonly now: () => number;
}

/** `GET /api/battles/{id}/mine`. */
interface MyPart {
  given: Record<string, number>;
  left: number;
  friends: number;
}

const FRIENDS_MS = 5_000;

type Script = typeof import("./battle-card");

export class BattlePart {
  #script: Script | null = null;
  #loading = false;
  #mine: MyVotes | null = null;
  #version = 0;
  #asked = "";
  #friends = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

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
    this.#follow(card);
    return html`<lh-battle-card
      slot=${slot || nothing}
      ?overlay=${overlay}
      .card=${card}
      .mine=${this.#mine}
      .version=${this.#version}
      .restMs=${card.closes_at - now()}
      .isGuest=${room?.view.you?.signed_in !== true}
      .friends=${this.#friends}
      sign-in=${signIn}
      @vote=${(event: CustomEvent<number>) => room && this.#mine?.vote(room, card, event.detail)}
    ></lh-battle-card>`;
  }

  /** What we have left, at first and while friends may bring us more. */
  #follow(card: BattleCard): void {
    const signedIn = this.arena().room?.view.you?.signed_in === true;
    if (!signedIn || this.#asked === card.id) return;
    this.#asked = card.id;
    clearInterval(this.#timer);
    void this.#ask(card);
    if (card.friend_votes) this.#timer = setInterval(() => void this.#ask(card), FRIENDS_MS);
  }

  async #ask(card: BattleCard): Promise<void> {
    const now = this.#script?.battleCard(this.arena().state);
    if (now?.id !== card.id || now.state !== "open") return clearInterval(this.#timer);
    if (document.hidden) return;
    try {
      const mine = await getJson<MyPart>(`/api/battles/${card.id}/mine`);
      this.#friends = mine.friends;
      this.#mine?.knows(card, mine);
    } catch {
      // The next time will do: what the house counted comes with every vote, too.
    }
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

/** A contest's open round outside of rooms: how it stands, and votes that go over HTTP. */
import type { Battle, RoomState, VoteCounted } from "../generated/wire";
import type { BattleCard } from "./battles";

/** `GET /api/contests/{id}`; moments in ms, and `now` is the house's. */
export interface ContestInfo {
  now: number;
  round: (Battle & { id: string; show: string }) | null;
}

/** The round as rooms have it. */
export function stateOf(round: BattleCard | null): RoomState | null {
  return round ? ({ battles: { [round.id]: round } } as unknown as RoomState) : null;
}

interface Counted {
  votes: number;
  left: number;
}

type Send = (path: string, body: unknown) => Promise<Counted>;

/** One question at a time for each contestant: taps meanwhile are in the sum that is said next. */
export class HttpBallots {
  readonly view: { readonly you: { readonly signed_in: boolean } | null };
  #said = new Map<string, number>();
  #busy = new Set<string>();

  constructor(
    signedIn: boolean,
    private readonly send: Send,
    private readonly counted: (answer: VoteCounted) => void,
    private readonly refused: (error: unknown) => void,
  ) {
    this.view = { you: { signed_in: signedIn } };
  }

  vote(battleId: string, contestant: number, given: number): void {
    const key = `${battleId} ${contestant}`;
    this.#said.set(key, given);
    if (!this.#busy.has(key)) void this.#say(key, battleId, contestant);
  }

  async #say(key: string, battleId: string, contestant: number): Promise<void> {
    this.#busy.add(key);
    try {
      for (let given = this.#said.get(key); given; given = this.#said.get(key)) {
        const { votes, left } = await this.send(`/api/battles/${battleId}/votes`, {
          contestant,
          given,
        });
        if (this.#said.get(key) === given) this.#said.delete(key);
        this.counted({ type: "play.voted", battle_id: battleId, contestant, votes, left });
      }
    } catch (error) {
      this.#said.delete(key);
      this.refused(error);
    } finally {
      this.#busy.delete(key);
    }
  }
}

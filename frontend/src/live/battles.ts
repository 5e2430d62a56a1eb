/** A battle in a room: the ranking that moves, and our own votes, which repeat harmlessly. */
import type { Battle, RoomState, VoteCounted } from "../generated/wire";

export interface BattleCard extends Battle {
  id: string;
}

export interface Rank {
  number: number;
  name: string;
  votes: number;
  /** Of the one that is ahead, from 0 to 1. */
  share: number;
}

/** The battle that the room is about: there is one at a time. */
export function battleCard(state: RoomState | null): BattleCard | null {
  const [found] = Object.entries(state?.battles ?? {});
  return found ? { id: found[0], ...found[1] } : null;
}

/** Who is ahead comes first; of equals the one that was named first. */
export function ranking(card: BattleCard): Rank[] {
  const ranks = Object.entries(card.names).map(([number, name]) => ({
    number: Number(number),
    name,
    votes: card.sums[number] ?? 0,
    share: 0,
  }));
  ranks.sort((a, b) => b.votes - a.votes || a.number - b.number);
  const most = Math.max(1, ranks[0]?.votes ?? 0);
  return ranks.map((rank) => ({ ...rank, share: rank.votes / most }));
}

interface VotingRoom {
  vote(battleId: string, contestant: number, given: number): void;
}

/** What we have given today. A vote says the sum, so that saying it again changes nothing. */
export class MyVotes {
  #battle = "";
  #given: Record<number, number> = {};
  #left: number | null = null;

  constructor(private readonly changed: () => void) {}

  given(card: BattleCard, contestant: number): number {
    return card.id === this.#battle ? (this.#given[contestant] ?? 0) : 0;
  }

  left(card: BattleCard): number {
    if (card.id !== this.#battle || this.#left === null) return card.free_votes;
    return this.#left;
  }

  vote(room: VotingRoom, card: BattleCard, contestant: number): void {
    if (card.id !== this.#battle) {
      this.#battle = card.id;
      this.#given = {};
      this.#left = null;
    }
    const left = this.left(card);
    if (left <= 0) return;
    const given = this.given(card, contestant) + 1;
    this.#given[contestant] = given;
    this.#left = left - 1;
    room.vote(card.id, contestant, given);
    this.changed();
  }

  /** What the house knows of us: after a reload, or when friends have brought us more votes. */
  knows(card: BattleCard, mine: { given: Record<string, number>; left: number }): void {
    const ours = Object.values(this.#given).reduce((sum, votes) => sum + votes, 0);
    const theirs = Object.values(mine.given).reduce((sum, votes) => sum + votes, 0);
    // Taps that are on their way stay ours.
    if (card.id === this.#battle && ours > theirs) return;
    this.#battle = card.id;
    this.#given = { ...mine.given };
    this.#left = mine.left;
    this.changed();
  }

  /** What counts, as the house has written it: also of votes from another window. */
  counted(answer: VoteCounted): void {
    if (answer.battle_id !== this.#battle) return;
    const ahead = (this.#given[answer.contestant] ?? 0) - answer.votes;
    // Taps that are on their way stay ours until the next answer; what was cut off is not.
    if (ahead <= 0 || answer.left === 0) {
      this.#given[answer.contestant] = answer.votes;
      this.#left = answer.left;
    }
    this.changed();
  }
}

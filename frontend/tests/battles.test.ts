/** A battle's card: who is ahead, and votes that are said as sums. */
import { describe, expect, test } from "vitest";
import { type BattleCard, MyVotes, ranking } from "../src/live/battles";

const CARD: BattleCard = {
  id: "b",
  title: "Stars",
  kind: "battle",
  state: "open",
  free_votes: 2,
  closes_at: 1,
  first: -1,
  names: { "0": "Ann", "1": "Bo", "2": "Cy" },
  sums: { "0": 3, "1": 6, "2": 3 },
};
const counted = (votes: number, left: number) =>
  ({ type: "play.voted", battle_id: "b", contestant: 1, votes, left }) as const;

describe("a battle", () => {
  test("puts who is ahead first, and equals as they were named", () => {
    const ranks = ranking(CARD);
    expect(ranks.map(({ name }) => name)).toEqual(["Bo", "Ann", "Cy"]);
    expect(ranks.map(({ share }) => share)).toEqual([1, 0.5, 0.5]);
  });

  test("says our votes as sums, and no more than there are", () => {
    const said: number[] = [];
    const room = { vote: (_: string, __: number, given: number) => void said.push(given) };
    const mine = new MyVotes(() => undefined);
    for (let tap = 0; tap < 4; tap += 1) mine.vote(room, CARD, 1);
    expect(said).toEqual([1, 2]);
    expect(mine.left(CARD)).toBe(0);
  });

  test("takes over what the house counted, also from another window", () => {
    const room = { vote: () => undefined };
    const mine = new MyVotes(() => undefined);
    mine.vote(room, CARD, 1);
    mine.counted(counted(2, 0));
    expect(mine.given(CARD, 1)).toBe(2);
    expect(mine.left(CARD)).toBe(0);
  });
});

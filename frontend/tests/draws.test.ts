/** What the page finds in a draw, what the card says, and entries that survive. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JoinAnswer, RoomState } from "../src/generated/wire";
import { Refused } from "../src/lib/http";
import {
  type DrawCard,
  drawPhase,
  GameEntries,
  type LotFindings,
  type LotRecord,
  roundBefore,
  verifyLots,
} from "../src/live/draws";

interface Example {
  work: number;
  record: LotRecord;
  findings: LotFindings;
}
const file = "../docs/reference/fairness.vectors.json";
const vectors = JSON.parse(readFileSync(file, "utf-8")) as {
  lots: Example[];
  broken_lots: (Example & { fails: string })[];
};

describe("a check in the browser", () => {
  test.each(vectors.lots)("holds: $record.root", async ({ work, record, findings }) => {
    expect(await verifyLots(record, work)).toEqual(findings);
  });

  test.each(vectors.broken_lots)("fails for: $fails", async ({ work, record, findings }) => {
    expect(await verifyLots(record, work)).toEqual(findings);
  });
});

const CARD: DrawCard = {
  id: "d",
  title: "Posters",
  kind: "gathering",
  stage: "open",
  round_id: "r2",
  number: 2,
  rounds: 3,
  keyword: "",
  goal: 10,
  seconds: 378,
  currency: "EUR",
  terms_hash: "t",
  commitment: "c",
  prizes: {},
  opens_at: 1_000,
  closes_at: 379_000,
  entrants: 4,
  root: "",
  seed: "",
  won: 0,
};
const STATE = { draws: { d: CARD }, stage: { pin: "" } } as unknown as RoomState;

describe("the card", () => {
  test("says who is missing and how long", () => {
    expect(drawPhase(CARD, STATE, 2_000, undefined)).toEqual({
      kind: "open",
      ms: 377_000,
      missing: 6,
    });
  });

  test("shows the result when it stands on the stage, and not before", () => {
    const done: DrawCard = { ...CARD, stage: "done" };
    expect(drawPhase(done, STATE, 2_000, undefined).kind).toBe("drawing");
    const draw = { id: "d", round_id: "r2", stage: "done", won: 2, winners: "A**n\nb1c2" };
    const shown = { ...STATE, stage: { pin: "", draw } } as unknown as RoomState;
    const result = { kind: "result", stage: "done", winners: ["A**n", "b1c2"], won: 2 };
    expect(drawPhase(done, shown, 2_000, undefined)).toEqual(result);
  });

  test("tells of the round before while the next is on", () => {
    const draw = { id: "d", round_id: "r1", stage: "unfilled", won: 0, winners: "" };
    const shown = { ...STATE, stage: { pin: "", draw } } as unknown as RoomState;
    expect(roundBefore(CARD, shown)?.stage).toBe("unfilled");
    expect(drawPhase(CARD, shown, 2_000, undefined).kind).toBe("open");
  });
});

describe("our entries", () => {
  const answer = (nonce: string): JoinAnswer => ({
    type: "play.joined",
    id: "1",
    draw_id: "d",
    round_id: "r2",
    name: "ab",
    nonce,
    friends: 0,
  });

  test("keep their nonce over a failure and a reload", async () => {
    const kept = new Map<string, string>();
    const shelf = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const nonces: string[] = [];
    const failing = {
      newId: () => "1",
      join: (_: string, nonce: string) => {
        nonces.push(nonce);
        return nonces.length === 1
          ? Promise.reject(new Refused("timeout", ""))
          : Promise.resolve(answer(nonce));
      },
    };
    const first = new GameEntries(failing, "k", () => undefined, shelf);
    await expect(first.join(CARD)).rejects.toThrow();
    const second = new GameEntries(failing, "k", () => undefined, shelf);
    await second.join(CARD);
    expect(new Set(nonces).size).toBe(1);
  });
});

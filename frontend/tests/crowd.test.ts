/** What the crowd does together: what is on, how far it has come, and how loud a room is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RoomState } from "../src/generated/wire";
import {
  AFTER_MS,
  applauseCard,
  Loudness,
  packetsCard,
  questionRows,
  quizCard,
} from "../src/live/crowd";

const counts = { viewers: 10, likes: 0, orders: 0, claps: 130 };
const state = (part: Partial<RoomState>) => ({ counts, ...part }) as RoomState;
const DROP = {
  title: "For you",
  kind: "points",
  state: "falling",
  count: 3,
  total: 30,
  taken: 0,
  commitment: "c",
  seed: "",
  given: 0,
  opens_at: 1_000,
  closes_at: 2_000,
} as const;

describe("red packets", () => {
  test("fall between their times, while there are any", () => {
    const at = (now: number, change = {}) =>
      packetsCard(state({ packets: { d: { ...DROP, ...change } } }), now)?.phase;
    expect([at(999), at(1_000), at(2_001)]).toEqual(["soon", "falling", "over"]);
    expect(at(1_500, { taken: 3 })).toBe("over");
    expect(at(2_000 + AFTER_MS + 1)).toBeUndefined();
  });
});

describe("a quiz", () => {
  test("is open until its time, and stays for a while", () => {
    const quiz = { state: "open", closes_at: 1_000, choices: {} } as never;
    const at = (now: number) => quizCard(state({ quizzes: { q: quiz } }), now)?.isOpen;
    expect([at(999), at(1_000), at(1_001 + AFTER_MS)]).toEqual([true, false, undefined]);
  });
});

describe("applause", () => {
  const applause = { title: "the potter", goal: 50, base: 100, closes_at: 1_000 };

  test("counts the claps since it was asked for", () => {
    const card = applauseCard(state({ applause }), 500);
    expect(card).toMatchObject({ claps: 30, isReached: false, restMs: 500 });
    expect(applauseCard(state({ applause: {} }), 500)).toBeNull();
  });

  test("is never louder than can be, rises with claps and falls without", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(500), { minLength: 1 }),
        fc.integer({ min: 1 }),
        (more, viewers) => {
          const room = new Loudness();
          let claps = 0;
          let before = room.hear(0, viewers, 0);
          for (const [step, fresh] of more.entries()) {
            claps += fresh;
            const level = room.hear(claps, viewers, (step + 1) * 100);
            expect(level).toBeGreaterThanOrEqual(0);
            expect(level).toBeLessThanOrEqual(1);
            if (!fresh) expect(level).toBeLessThanOrEqual(before);
            before = level;
          }
        },
      ),
    );
  });

  test("does not sound for who has just come, however much was clapped before", () => {
    expect(new Loudness().hear(1_000_000, 1, 0)).toBe(0);
  });
});

describe("questions", () => {
  test("stand in the order of the queue", () => {
    const row = (rank: number) => ({ text: `${rank}`, by: "", raised: 0, rank });
    const board = { a: row(2), b: row(0), c: row(1) };
    expect(questionRows(state({ questions: { board } })).map(({ id }) => id)).toEqual([
      "b",
      "c",
      "a",
    ]);
    expect(questionRows(state({ questions: {} }))).toEqual([]);
  });
});

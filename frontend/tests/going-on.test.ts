/** What goes on in a room, in the order in which it is worth a look. */
import { describe, expect, it } from "vitest";
import type { RoomState } from "../src/generated/wire";
import { goingOn } from "../src/live/going-on";

const NOW = 1_000_000;
const BATTLE = {
  title: "Who?",
  kind: "battle",
  state: "open",
  closes_at: NOW + 60_000,
  names: {},
  sums: {},
};
const QUIZ = {
  text: "How hot?",
  state: "open",
  closes_at: NOW + 9_000,
  choices: {},
  answers: 0,
  right: 0,
};
const PACKETS = {
  title: "Good year",
  state: "falling",
  opens_at: NOW - 1,
  closes_at: NOW + 8_000,
  taken: 0,
  count: 5,
};
const DROP = { id: "d", ends_at: NOW + 7_000, total: 5, left: 5 };

function room(parts: object): RoomState {
  return { stage: {}, counts: {}, ...parts } as unknown as RoomState;
}

describe("what goes on in a room", () => {
  it("is nothing in a room where only the show is on", () => {
    expect(goingOn(room({}), NOW)).toEqual([]);
    expect(goingOn(null, NOW)).toEqual([]);
  });

  it("begins with what is over soonest", () => {
    const state = room({
      battles: { b: BATTLE },
      quizzes: { q: QUIZ },
      packets: { p: PACKETS },
      drop: DROP,
    });

    const kinds = goingOn(state, NOW).map((one) => one.kind);

    expect(kinds).toEqual(["packets", "drop", "quiz", "battle"]);
  });

  it("puts what one can still take part in before what is over", () => {
    const over = { ...QUIZ, state: "closed", closes_at: NOW - 1_000 };

    const kinds = goingOn(room({ quizzes: { q: over }, battles: { b: BATTLE } }), NOW).map(
      (one) => one.kind,
    );

    expect(kinds).toEqual(["battle", "quiz"]);
  });

  it("has another mark when a thing reaches another stage", () => {
    const [open] = goingOn(room({ battles: { b: BATTLE } }), NOW);
    const [ended] = goingOn(room({ battles: { b: { ...BATTLE, state: "ended" } } }), NOW);

    expect(open?.mark).not.toBe(ended?.mark);
    expect(ended?.restMs).toBe(0);
  });

  it("keeps an open queue of questions last, as it waits for nobody", () => {
    const state = room({ questions: { open: true }, battles: { b: BATTLE } });

    expect(goingOn(state, NOW).map((one) => one.kind)).toEqual(["battle", "questions"]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomState } from "../src/generated/wire";
import { moved, planned, typedSpan, writtenSpan } from "../src/live/acts";
import { nextOf, programmeOf } from "../src/live/programme";

const MINUTE = 60_000;

function room(act: string | undefined, ...minutes: number[]): RoomState {
  let at = 0;
  const acts = minutes.map((length, place) => {
    const starts_at = at;
    at += length * MINUTE;
    const one = { title: `Act ${place}`, people: "", starts_at, ends_at: at, rank: place + 1 };
    return [`a${place}`, one] as const;
  });
  return {
    stage: act === undefined ? { pin: "" } : { pin: "", act },
    programme: Object.fromEntries(acts),
  } as RoomState;
}

describe("the programme", () => {
  it("tells what is on and what is next", () => {
    const acts = programmeOf(room("a1", 5, 5, 5), 6 * MINUTE);
    expect(acts.map((act) => act.state)).toEqual(["played", "on", "coming"]);
    expect(nextOf(acts)?.startsAt).toBe(10 * MINUTE);
  });

  it("lets what comes wait while an act takes longer", () => {
    const acts = programmeOf(room("a0", 5, 5, 5), 7 * MINUTE);
    expect(acts.map((act) => act.startsAt)).toEqual([0, 7 * MINUTE, 12 * MINUTE]);
  });

  it("is empty where nobody has written one", () => {
    expect(programmeOf(null, 0)).toEqual([]);
    expect(nextOf([])).toBeNull();
  });
});

describe("writing a run-sheet", () => {
  it("moves an act and keeps all of them", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(20), fc.nat(20), (items, from, to) => {
        const after = moved(items, from, to);
        expect([...after].sort()).toEqual([...items].sort());
        if (from < items.length && to < items.length) expect(after[to]).toBe(items[from]);
      }),
    );
  });

  it("reads spans as it writes them", () => {
    fc.assert(
      fc.property(fc.nat(40_000), (seconds) => {
        expect(typedSpan(writtenSpan(seconds))).toBe(seconds);
      }),
    );
    expect(typedSpan("4")).toBe(240);
    expect(["", "a", "1:b", "-3", "1:2:3:4"].map(typedSpan)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("puts one act after the other", () => {
    const act = { id: "", title: "", people: "", script: "", offers: [], cues: [], cast: [] };
    expect(
      planned(
        [
          { ...act, seconds: 60 },
          { ...act, seconds: 5 },
        ],
        1_000,
      ),
    ).toEqual([1_000, 61_000]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../src/generated/wire";
import { canonical, stateHash } from "../src/live/canonical";
import { merged } from "../src/live/merge";
import { fold, type Replica } from "../src/live/replica";
import { difference, document, framesOf } from "./documents";

const history = fc.array(document, { minLength: 1, maxLength: 12 });

function follow(replica: Replica | null, frames: Frame[]): Replica | null {
  return frames.reduce<Replica | null>((copy, frame) => {
    const folded = fold(copy, JSON.parse(JSON.stringify(frame)));
    return folded.kind === "applied" ? folded.replica : copy;
  }, replica);
}

const spelled = (replica: Replica | null) => (replica ? canonical(replica.state) : "");

describe("a copy of the room", () => {
  it("is rebuilt exactly from patches", () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const patch = JSON.parse(JSON.stringify(difference(before, after)));
        expect(canonical(merged(before, patch))).toBe(canonical(after));
      }),
    );
  });

  it("does not change the state it came from", () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const spelling = canonical(before);
        merged(before, difference(before, after));
        expect(canonical(before)).toBe(spelling);
      }),
    );
  });

  it("equals the room after every frame", () => {
    fc.assert(
      fc.property(history, (states) => {
        const copy = follow(null, framesOf(states));
        expect(spelled(copy)).toBe(canonical(states.at(-1) ?? {}));
      }),
    );
  });

  it("resumed from any frame equals never having left", () => {
    fc.assert(
      fc.property(history, fc.nat(), (states, at) => {
        const frames = framesOf(states);
        const left = follow(null, frames.slice(0, (at % frames.length) + 1));
        const since = frames.filter((frame) => frame.n > (left?.n ?? 0));
        expect(follow(left, since)).toEqual(follow(null, frames));
      }),
    );
  });

  it("is not disturbed by frames heard twice or late", () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat(), { maxLength: 8 }), (states, again) => {
        const frames = framesOf(states);
        const noisy = frames.flatMap((frame, i) => [
          frame,
          ...again.map((a) => frames[a % (i + 1)] as Frame),
        ]);
        expect(spelled(follow(null, noisy))).toBe(canonical(states.at(-1) ?? {}));
      }),
    );
  });

  it("notices a missing frame", () => {
    const copy = follow(null, framesOf([{ a: 1 }, { a: 2 }]));
    expect(fold(copy, { n: 4, epoch: 1, at: 0, patch: { a: 4 } }).kind).toBe("gap");
    expect(fold(null, { n: 4, epoch: 1, at: 0, patch: { a: 4 } }).kind).toBe("gap");
  });

  it("is caught up by a keyframe across any gap", () => {
    const copy = follow(null, framesOf([{ a: 1 }]));
    expect(fold(copy, { n: 900, epoch: 2, at: 0, state: { a: 9 } }).kind).toBe("applied");
  });

  it("notices that it differs", () => {
    const copy = follow(null, framesOf([{ a: 1 }]));
    const wrong = { n: 2, epoch: 1, at: 0, patch: { a: 2 }, hash: stateHash({ a: 3 }) };
    expect(fold(copy, wrong).kind).toBe("differs");
  });

  it("does not listen to a conductor that was replaced", () => {
    const copy: Replica = { n: 10, epoch: 3, at: 0, state: { a: 1 } };
    expect(fold(copy, { n: 11, epoch: 2, at: 0, patch: { a: 2 } }).kind).toBe("stale");
  });
});

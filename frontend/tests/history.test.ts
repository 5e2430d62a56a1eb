/** A history that the server's own code has made, as both carriers bring it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Frame, Said } from "../src/generated/wire";
import { stateHash } from "../src/live/canonical";
import { named, type Segment, segmentAt } from "../src/live/carriers/documents";
import { landed } from "../src/live/replay/tape";
import { fold, isKeyframe, type Replica } from "../src/live/replica";

interface History {
  log: Frame[];
  segments: Segment[];
}

const history = JSON.parse(readFileSync("tests/history.json", "utf-8")) as History;
const bySegments = history.segments.flatMap(({ frames, names }) => named(frames, names ?? {}));

/** The hash after each frame; a copy that differs from the conductor's ends the test. */
function hashes(frames: readonly Frame[]): Map<number, string> {
  let copy: Replica | null = null;
  const found = new Map<number, string>();
  for (const frame of frames) {
    const folded = fold(copy, frame);
    if (folded.kind !== "applied") throw new Error(`frame ${frame.n}: ${folded.kind}`);
    copy = folded.replica;
    found.set(frame.n, stateHash(copy.state));
  }
  return found;
}

describe("a history made by the server", () => {
  it("gives the same hash at the same frame by socket and in segments", () => {
    expect(bySegments.filter(isKeyframe).length).toBeGreaterThan(8);
    expect(hashes(bySegments)).toEqual(hashes(history.log));
  });

  it("says the same on both, names and all", () => {
    const says = (frames: readonly Frame[]): Said[] => frames.flatMap((frame) => frame.says ?? []);
    expect(says(bySegments)).toEqual(says(history.log));
    expect(says(history.log).length).toBeGreaterThan(40);
  });

  it("can be begun at any segment", () => {
    const all = hashes(history.log);
    for (const { segment, frames } of history.segments) {
      const { replica } = landed(frames, (segment + 1) * 2_000);
      expect(stateHash(replica?.state ?? {})).toBe(all.get(replica?.n ?? 0));
      expect(frames.every((frame) => segmentAt(frame.at) === segment)).toBe(true);
    }
  });
});

/** The client computes what the reference of the protocol says. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Document, Frame, Patch } from "../src/generated/wire";
import { canonical, stateHash } from "../src/live/canonical";
import { merged } from "../src/live/merge";
import { fold, type Replica } from "../src/live/replica";

interface Vectors {
  hashes: { state: Document; canonical: string; hash: string }[];
  patches: { before: Document; patch: Patch; after: Document }[];
  log: { frame: Frame; do: "follow" | "pass" | "resync"; state_after: Document | null }[];
}

const vectors = JSON.parse(readFileSync("../docs/reference/wire.vectors.json", "utf-8")) as Vectors;

describe("the examples of docs/reference/wire.vectors.json", () => {
  test.each(vectors.hashes)("have this canonical form and hash: $hash", (example) => {
    expect(canonical(example.state)).toBe(example.canonical);
    expect(stateHash(example.state)).toBe(example.hash);
  });

  test.each(vectors.patches)("are merged: $patch", (example) => {
    expect(JSON.parse(JSON.stringify(merged(example.before, example.patch)))).toEqual(
      example.after,
    );
  });

  test("are followed, let pass, or make us start over", () => {
    let copy: Replica | null = null;
    for (const step of vectors.log) {
      const folded = fold(copy, step.frame);
      if (folded.kind === "applied") copy = folded.replica;
      if (folded.kind === "differs") copy = null;
      const did = { applied: "follow", stale: "pass", gap: "resync", differs: "resync" } as const;
      expect(did[folded.kind]).toBe(step.do);
      expect(copy ? JSON.parse(JSON.stringify(copy.state)) : null).toEqual(step.state_after);
    }
  });
});

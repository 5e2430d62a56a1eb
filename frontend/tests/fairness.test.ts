/** The page finds in a draw what the house and the command line find. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type DrawRecord, type Findings, verify } from "../src/live/fairness";

interface Example {
  work: number;
  record: DrawRecord;
  findings: Findings;
}
interface Vectors {
  work: number;
  sound: Example[];
  broken: (Example & { fails: string })[];
}

const file = "../docs/reference/fairness.vectors.json";
const vectors = JSON.parse(readFileSync(file, "utf-8")) as Vectors;

describe("the examples of docs/reference/fairness.vectors.json", () => {
  test.each(vectors.sound)("hold: $record.root", async ({ work, record, findings }) => {
    expect(await verify(record, work)).toEqual(findings);
  });

  test.each(vectors.broken)("fail for: $fails", async ({ work, record, findings }) => {
    expect(await verify(record, work)).toEqual(findings);
  });

  test("are checked with the full work unless another is said", async () => {
    const full = vectors.sound.find(({ work }) => work === vectors.work) as Example;
    expect(await verify(full.record)).toEqual(full.findings);
  });
});

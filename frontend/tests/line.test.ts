import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, changesNow, LineEstimate } from "../src/live/line";

const PART_SECONDS = 1 / 3;
const SOURCE = 2_500_000;
const SMALL = 900_000;

/** Parts of a live picture over a line: each is loaded when it is there, and not before the last has come. */
class Viewer {
  nowMs = 0;
  readonly estimate = new LineEstimate(SOURCE, () => this.nowMs);
  #freeMs = 0;

  part(rate: number, line: number): number {
    const began = Math.max(this.nowMs + PART_SECONDS * 1_000, this.#freeMs);
    const took = ((rate * PART_SECONDS) / line) * 1_000;
    this.nowMs = this.#freeMs = began + took;
    this.estimate.sample(took, (rate * PART_SECONDS) / 8);
    return this.estimate.getEstimate();
  }

  parts(count: number, rate: number, line: number): number {
    return Array.from({ length: count }, () => this.part(rate, line)).at(-1) ?? 0;
  }
}

describe("what the line carries", () => {
  it("is as much as the picture takes until something has come", () => {
    const estimate = new LineEstimate(SOURCE, () => 0);

    expect(estimate.canEstimate()).toBe(false);
    expect(estimate.getEstimate()).toBe(SOURCE);
    estimate.sample(0, 0);
    expect(estimate.canEstimate()).toBe(false);
  });

  it("is the line's rate on a steady line, however fast", () => {
    for (const line of [1_000_000, 10_000_000, 500_000_000]) {
      expect(new Viewer().parts(20, SOURCE, line) / line).toBeCloseTo(1, 5);
    }
  });

  it("is known within three parts after a fast line has become slow", () => {
    const viewer = new Viewer();
    viewer.parts(200, SOURCE, 50_000_000);

    expect(viewer.parts(3, SOURCE, 1_250_000)).toBeLessThan(SOURCE);
  });

  it("is known again soon after it has become fast", () => {
    const viewer = new Viewer();
    viewer.parts(60, SMALL, 1_250_000);

    expect(viewer.parts(12, SMALL, 50_000_000)).toBeGreaterThan(SOURCE / 0.7);
  });

  it("does not fall below the picture's rate for one late part on a fast line", () => {
    const viewer = new Viewer();
    viewer.parts(30, SOURCE, 50_000_000);

    expect(viewer.part(SOURCE, 2_500_000)).toBeGreaterThan(SOURCE * 1.5);
  });

  it("lies between the slowest and the fastest of what has come", () => {
    const sample = fc.record({
      ms: fc.integer({ min: 1, max: 10_000 }),
      bytes: fc.integer({ min: 1, max: 100_000 }),
      pauseMs: fc.integer({ min: 0, max: 60_000 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
        let nowMs = 0;
        const estimate = new LineEstimate(SOURCE, () => nowMs);
        for (const { ms, bytes, pauseMs } of samples) {
          nowMs += pauseMs;
          estimate.sample(ms, bytes);
        }
        const rates = samples.map(({ ms, bytes }) => (bytes * 8_000) / ms);
        const found = estimate.getEstimate();
        expect(found).toBeGreaterThanOrEqual(Math.min(...rates) * 0.999);
        expect(found).toBeLessThanOrEqual(Math.max(...rates) * 1.001);
      }),
    );
  });

  it("learns the way's length from its first trip, and follows it slowly", () => {
    const estimate = new LineEstimate(SOURCE, () => 0);
    expect(estimate.getEstimateTTFB()).toBe(100);

    estimate.sampleTTFB(40);
    expect(estimate.getEstimateTTFB()).toBe(40);
    for (let trip = 0; trip < 100; trip += 1) estimate.sampleTTFB(40);
    estimate.sampleTTFB(400);
    expect(estimate.getEstimateTTFB()).toBeLessThan(80);
  });
});

describe("a change of size", () => {
  const change: Change = {
    bufferedTo: 10.5,
    segmentEnds: 12,
    aheadSeconds: 1,
    rate: SOURCE,
    otherRate: SMALL,
    estimate: 2_000_000,
  };

  it("waits for the next segment while what is buffered lasts until then", () => {
    expect(changesNow(change)).toBe(false);
    expect(changesNow({ ...change, bufferedTo: 12 })).toBe(true);
  });

  it("comes at once where it does not last", () => {
    expect(changesNow({ ...change, estimate: 1_000_000 })).toBe(true);
    expect(changesNow({ ...change, aheadSeconds: 0.3 })).toBe(true);
  });

  it("to something larger is never in a hurry", () => {
    const larger = { ...change, rate: SMALL, otherRate: SOURCE, aheadSeconds: 0 };

    expect(changesNow(larger)).toBe(false);
    expect(changesNow({ ...larger, bufferedTo: 11.95 })).toBe(true);
  });
});

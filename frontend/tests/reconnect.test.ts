import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterClose as afterTroubles, backoff } from "../src/live/reconnect";

const afterClose = (code: number, reason: string, attempt: number, random: number) =>
  afterTroubles(code, reason, { attempt, losses: 0, scatterMs: 0 }, random);

describe("coming back after a close", () => {
  it("keeps to the time that a restarting server names", () => {
    expect(afterClose(1012, '{"retry_ms": 3456}', 0, 0.5)).toEqual({
      kind: "retry",
      delayMs: 3456,
      fromKeyframe: false,
      bySegments: false,
    });
  });

  it("falls back to its own delay when the reason cannot be read", () => {
    for (const reason of ["", "soon", "{}", '{"retry_ms": -1}', '{"retry_ms": "1"}', "null"]) {
      expect(afterClose(1012, reason, 2, 0)).toMatchObject({ kind: "retry", delayMs: 800 });
    }
  });

  it("does not come back to what is over or closed to it", () => {
    expect(afterClose(4006, "", 0, 0).kind).toBe("ended");
    expect(afterClose(4003, "", 0, 0)).toEqual({ kind: "refused", code: "no_such_run" });
    expect(afterClose(4005, "", 0, 0)).toEqual({ kind: "refused", code: "banned" });
  });

  it("starts from a keyframe after a protocol error and resumes after being too slow", () => {
    expect(afterClose(4000, "", 0, 0)).toMatchObject({ fromKeyframe: true });
    expect(afterClose(4004, "", 0, 0)).toMatchObject({ fromKeyframe: false });
  });

  it("waits longer each time, never above twenty seconds, never at one instant for all", () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, r) => {
        expect(backoff(n, r)).toBeLessThanOrEqual(20_000);
        expect(backoff(n, r)).toBeGreaterThanOrEqual(200);
        expect(backoff(n + 1, 0)).toBeGreaterThanOrEqual(backoff(n, 0));
      }),
    );
  });

  it("follows by HTTP when the socket is refused a second time", () => {
    expect(afterClose(1006, "", 0, 0)).toMatchObject({ bySegments: false });
    expect(afterClose(1006, "", 1, 0)).toMatchObject({ bySegments: true });
  });

  it("follows by HTTP when the socket is lost again and again, and does not hurry back", () => {
    const lost = (losses: number) =>
      afterTroubles(1006, "", { attempt: 0, losses, scatterMs: 0 }, 0);
    expect(lost(2)).toMatchObject({ bySegments: false });
    expect(lost(3)).toMatchObject({ bySegments: true, delayMs: 10_000 });
  });

  it("comes back at a random moment within the time that the server wants its crowd spread over", () => {
    const lost = (random: number) =>
      afterTroubles(1006, "", { attempt: 0, losses: 1, scatterMs: 8_000 }, random);
    expect(lost(0)).toMatchObject({ delayMs: 200 });
    expect(lost(0.5)).toMatchObject({ delayMs: 4_000 });
    expect(lost(0.9)).toMatchObject({ delayMs: 7_200 });
  });

  it("goes at once where a full node sends it, and comes back when told, but not with all others", () => {
    const full = (random: number) =>
      afterClose(4007, '{"carrier": "http", "retry_ms": 30000}', 0, random);
    expect(full(0)).toMatchObject({ kind: "retry", bySegments: true, delayMs: 30_000 });
    expect(full(0.5)).toMatchObject({ delayMs: 37_500 });
    expect(afterClose(4007, "", 0, 0)).toMatchObject({ bySegments: true, delayMs: 5_200 });
  });
});

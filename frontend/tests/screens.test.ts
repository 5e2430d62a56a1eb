/** A TV and its phone: what is asked again and when it ends, where the picture is, where the arrows lead. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refused } from "../src/lib/http";
import { type Box, directionOf, nearest } from "../src/lib/spatial";
import { News, programmeNow } from "../src/live/screens";

interface Told {
  n: number;
}

/** Answers in their order; then it is gone. */
async function follows(answers: (Told | Error)[]): Promise<{ urls: string[]; heard: number[] }> {
  const urls: string[] = [];
  const heard: number[] = [];
  const left = [...answers, new Refused("unknown_screen", "", 404)];
  await new Promise<void>((gone) => {
    const news = new News<Told>(
      "/api/screen",
      (one) => one.n,
      { heard: (one) => heard.push(one.n), gone },
      async (url) => {
        urls.push(url);
        const next = left.shift();
        if (next instanceof Error || !next) throw next;
        return next;
      },
      async () => undefined,
    );
    void news.follow(1);
  });
  return { urls, heard };
}

describe("the news of a screen", () => {
  it("are asked for from what is known already, until the screen is gone", async () => {
    const { urls, heard } = await follows([{ n: 3 }, { n: 4 }]);

    expect(urls).toEqual(["/api/screen?seen=1", "/api/screen?seen=3", "/api/screen?seen=4"]);
    expect(heard).toEqual([3, 4]);
  });

  it("go on after trouble on the way", async () => {
    const { heard } = await follows([
      new TypeError("no network"),
      new Refused("busy", "", 503),
      { n: 2 },
    ]);

    expect(heard).toEqual([2]);
  });

  it("end when nobody listens any more", async () => {
    let asked = 0;
    const news = new News<Told>(
      "/api/screen",
      (one) => one.n,
      { heard: () => news.stop(), gone: () => expect.unreachable() },
      async () => ({ n: ++asked }),
    );
    await news.follow(0);

    expect(asked).toBe(1);
  });
});

describe("the picture's place on the TV", () => {
  it("goes on with time, stands while paused, and is nowhere without a picture", () => {
    const report = { programme_ms: 5_000, at_ms: 9_000, paused: false };

    expect(programmeNow(report, 9_500)).toBe(5_500);
    expect(programmeNow({ ...report, paused: true }, 9_500)).toBe(5_000);
    expect(programmeNow({ ...report, programme_ms: 0 }, 9_500)).toBeNull();
  });
});

describe("the arrows of a remote control", () => {
  const tile = (column: number, row: number): Box => ({
    left: column * 120,
    right: column * 120 + 100,
    top: row * 80,
    bottom: row * 80 + 60,
  });
  const grid = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => tile(column, row)));

  it("lead to the neighbour, and nowhere beyond the edge", () => {
    const middle = tile(1, 1);
    const to = (["left", "right", "up", "down"] as const).map((way) => nearest(middle, grid, way));

    expect(to).toEqual([3, 5, 1, 7]);
    expect(nearest(tile(0, 0), grid, "left")).toBeNull();
    expect(nearest(tile(2, 2), grid, "down")).toBeNull();
  });

  it("never lead to where one is, and always further that way", () => {
    const box = fc
      .tuple(
        fc.nat(900),
        fc.nat(900),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
      )
      .map(([left, top, width, height]) => ({
        left,
        right: left + width,
        top,
        bottom: top + height,
      }));
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 12 }), (from, boxes) => {
        const to = nearest(from, [from, ...boxes], "right");
        if (to !== null) expect([from, ...boxes][to]?.right).toBeGreaterThan(from.right);
      }),
    );
  });

  it("are known by their keys", () => {
    expect(["ArrowUp", "ArrowLeft", "Enter"].map(directionOf)).toEqual(["up", "left", null]);
  });
});

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Document, Frame, Said } from "../src/generated/wire";
import { canonical } from "../src/live/canonical";
import type { Segment } from "../src/live/carriers/documents";
import { Replay } from "../src/live/replay/replay";
import { isJump } from "../src/live/replay/tape";
import { document, framesOf } from "./documents";
import { HttpRoom } from "./http-room";

const START_MS = 1_795_420_800_000;
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A finished show as it is kept: without names in its segments. */
class KeptRoom extends HttpRoom {
  override isOver = true;
  protected override cut(segment: number): Segment {
    const { names: _, ...rest } = super.cut(segment);
    return rest;
  }
}

/** What a viewer sees: the state, and the lines of the chat. */
class Seen {
  lines: Said[] = [];
  passed: Said[] = [];
  constructor(readonly replay: Replay) {
    replay.listen({
      said: (says) => {
        this.passed.push(...says);
        this.lines.push(...says.filter(([id]) => String(id).startsWith("c")));
      },
      jumped: (says) => {
        this.lines = [...says];
      },
      retracted: (ids) => {
        this.lines = this.lines.filter(([id]) => !ids.includes(String(id)));
      },
    });
  }
  get state(): Document {
    return (this.replay.view.state ?? {}) as unknown as Document;
  }
  get texts(): unknown[] {
    return this.lines.map(([, , , text]) => text);
  }
  async at(ms: number): Promise<void> {
    this.replay.pictureAt(ms);
    await later(0);
  }
  async playOn(fromMs: number, toMs: number, stepMs = 250): Promise<void> {
    for (let ms = fromMs; ms <= toMs; ms += stepMs) await this.at(ms);
  }
}

function begin(room: HttpRoom): Seen {
  const seen = new Seen(
    new Replay(
      (path, signal) => room.frames(path, signal),
      () => 0,
    ),
  );
  seen.replay.start();
  return seen;
}

/** A line a second for a minute, each naming its second; frames every quarter of a second. */
function aMinute(): Frame[] {
  const states = Array.from({ length: 240 }, (_, i) => ({
    stage: { pin: i < 120 ? "mug" : "bowl" },
    counts: { viewers: i },
  }));
  return framesOf(states, START_MS).map((frame, i) =>
    i % 4 ? frame : { ...frame, says: [[`c${i}`, "u1", "Ann", `second ${i / 4}`, "viewer"]] },
  );
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS + 3_600_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a recorded room", () => {
  it("shows what was said, with names, as the picture comes to it", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    await seen.playOn(START_MS, START_MS + 5_000);
    expect(seen.texts).toEqual([0, 1, 2, 3, 4, 5].map((n) => `second ${n}`));
    expect(seen.lines[0]).toEqual(["c0", "u1", "Ann", "second 0", "viewer"]);
    expect(seen.state).toMatchObject({ stage: { pin: "mug" }, counts: { viewers: 20 } });
  });

  it("waits while the picture waits", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    await seen.playOn(START_MS, START_MS + 3_000);
    const before = seen.texts;
    await later(60_000);
    await seen.at(START_MS + 3_000);
    expect(seen.texts).toEqual(before);
  });

  it("jumps ahead: the room of that moment, and the lines just before it", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    await seen.playOn(START_MS, START_MS + 2_000);
    await seen.at(START_MS + 40_500);
    expect(seen.state).toMatchObject({ stage: { pin: "bowl" }, counts: { viewers: 162 } });
    expect(seen.texts.at(-1)).toBe("second 40");
    expect(seen.texts.length).toBeGreaterThanOrEqual(12);
    expect(seen.texts).not.toContain("second 1");
    await seen.playOn(START_MS + 40_750, START_MS + 42_000);
    expect(seen.texts.at(-1)).toBe("second 42");
  });

  it("jumps back, and what had not been said yet is gone", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    await seen.at(START_MS + 50_000);
    await seen.at(START_MS + 10_000);
    expect(seen.texts.at(-1)).toBe("second 10");
    expect(seen.state).toMatchObject({ stage: { pin: "mug" }, counts: { viewers: 40 } });
  });

  it("follows a paused picture that is moved a little ahead", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    await seen.at(START_MS + 11_700);
    await seen.at(START_MS + 16_100);
    expect(seen.texts.at(-1)).toBe("second 16");
  });

  it("follows a quick jump after another to the last of them", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    seen.replay.pictureAt(START_MS + 50_000);
    seen.replay.pictureAt(START_MS + 10_000);
    seen.replay.pictureAt(START_MS + 30_000);
    await later(0);
    expect(seen.texts.at(-1)).toBe("second 30");
  });

  it("has the next segment before the picture needs it, and each only once", async () => {
    const room = new KeptRoom(aMinute());
    const seen = begin(room);
    await seen.at(START_MS);
    expect(room.asked.length).toBeLessThanOrEqual(6);
    await seen.playOn(START_MS, START_MS + 59_000);
    const segments = room.asked.filter((path) => /^\d/.test(path));
    expect(new Set(segments).size).toBe(segments.length);
    expect(seen.texts.at(-1)).toBe("second 59");
  });

  it("keeps up with a picture that plays faster", async () => {
    const seen = begin(new KeptRoom(aMinute()));
    await seen.playOn(START_MS, START_MS + 59_000, 2_000);
    expect(seen.texts).toHaveLength(59);
    expect(seen.state).toMatchObject({ counts: { viewers: 232 } });
  });

  it("tells of purchases as they pass, not those before a jump", async () => {
    const log = aMinute().map((frame) =>
      frame.n === 100 ? { ...frame, says: [["p1", "A**", "o1", 1]] as Said[] } : frame,
    );
    const seen = begin(new KeptRoom(log));
    await seen.playOn(START_MS + 20_000, START_MS + 30_000);
    expect(seen.passed.filter(([id]) => id === "p1")).toHaveLength(1);
    await seen.at(START_MS + 50_000);
    await seen.at(START_MS + 28_000);
    expect(seen.passed.filter(([id]) => id === "p1")).toHaveLength(1);
    expect(seen.lines.map(([id]) => id)).not.toContain("p1");
  });

  it("takes back what was taken back", async () => {
    const log = aMinute().map((frame) => (frame.n === 30 ? { ...frame, retract: ["c8"] } : frame));
    const seen = begin(new KeptRoom(log));
    await seen.playOn(START_MS, START_MS + 5_000);
    expect(seen.texts).toContain("second 2");
    await seen.playOn(START_MS + 5_000, START_MS + 8_000);
    expect(seen.texts).not.toContain("second 2");
    await seen.at(START_MS + 50_000);
    await seen.at(START_MS + 9_000);
    expect(seen.texts).not.toContain("second 2");
  });

  it("goes over a time in which nobody conducted", async () => {
    const late = ({ n, at }: Frame) => (n > 60 ? at + 12_500 : at);
    const seen = begin(new KeptRoom(aMinute().map((frame) => ({ ...frame, at: late(frame) }))));
    await seen.at(START_MS + 24_000);
    expect(seen.state).toMatchObject({ counts: { viewers: 59 } });
    await seen.playOn(START_MS + 24_250, START_MS + 29_000);
    expect(seen.state).toMatchObject({ counts: { viewers: 66 } });
  });

  it("finds a segment that was written anew", async () => {
    const room = new KeptRoom(aMinute());
    const seen = begin(room);
    await seen.at(START_MS);
    room.revisions = { [(START_MS + 40_000) / 2_000]: 2 };
    await seen.at(START_MS + 40_500);
    expect(seen.texts.at(-1)).toBe("second 40");
  });

  it("says when nothing was kept, and asks again when nobody answers", async () => {
    const nothing = begin(new HttpRoom([]));
    await later(0);
    expect(nothing.replay.view.connection).toBe("ended");
    const room = new KeptRoom(aMinute());
    room.isDown = true;
    const seen = begin(room);
    await seen.at(START_MS + 1_000);
    room.isDown = false;
    await later(10_000);
    expect(seen.texts).toContain("second 1");
  });

  it("is at every moment what the room was then, however the picture is moved", async () => {
    const history = fc.array(document, { minLength: 8, maxLength: 80, size: "max" });
    const moves = fc.array(
      fc.oneof(fc.nat({ max: 20_000 }), fc.constantFrom("a second", "two seconds")),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(history, moves, async (states, path) => {
        const log = framesOf(states, START_MS).map((frame) => ({
          ...frame,
          says: [[`c${frame.n}`, "u1", "Ann", `line ${frame.n}`, "viewer"]] as Said[],
        }));
        const seen = begin(new KeptRoom(log));
        let ms = START_MS;
        await seen.at(ms);
        for (const move of path) {
          if (typeof move === "number") {
            const to = START_MS + move;
            ms = isJump(ms, to) ? to : Math.max(ms, to);
            await seen.at(to);
          } else {
            const far = move === "a second" ? 1_000 : 2_000;
            await seen.playOn(ms, ms + far);
            ms += far;
          }
          await later(0);
          const passed = log.filter(({ at }) => at <= ms);
          expect(canonical(seen.state)).toBe(canonical(states[passed.length - 1] ?? {}));
          const lines = passed.map(({ n }) => `line ${n}`);
          expect(seen.texts).toEqual(lines.slice(lines.length - seen.texts.length));
          expect(seen.texts.length).toBeGreaterThanOrEqual(Math.min(12, lines.length));
        }
        seen.replay.stop();
      }),
      { numRuns: 60 },
    );
  }, 20_000);
});

describe("a jump", () => {
  it("is any move back, and more ahead than anybody plays", () => {
    expect(isJump(null, 5)).toBe(true);
    expect(isJump(10_000, 9_000)).toBe(true);
    expect(isJump(10_000, 9_900)).toBe(false);
    expect(isJump(10_000, 12_000)).toBe(false);
    expect(isJump(10_000, 20_000)).toBe(true);
  });
});

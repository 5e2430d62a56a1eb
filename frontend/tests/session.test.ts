import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WatchedShow } from "../src/generated/wire";
import { RoomClient } from "../src/live/client";
import { FIRST_VIEW } from "../src/live/room";
import { phaseOf, ShowSession } from "../src/live/session";

const SCHEDULED: WatchedShow = {
  slug: "mugs",
  title: "Mugs",
  state: "scheduled",
  starts_at: "2026-11-22T20:00:00Z",
  run: null,
  addresses: null,
  version: 0,
};
const ADDRESSES = { socket: "/live/r", video: "/v", recording: "/r", frames: "/f" };
const on = (id: string, kind: "live" | "rehearsal" = "live"): WatchedShow => ({
  ...SCHEDULED,
  state: kind === "live" ? "live" : "scheduled",
  run: { id, kind, state: "live" },
  addresses: ADDRESSES,
});
const ENDED: WatchedShow = {
  ...SCHEDULED,
  state: "ended",
  run: { id: "a", kind: "live", state: "ended" },
  addresses: ADDRESSES,
};

let answer: WatchedShow;
let opened: string[];
let session: ShowSession | undefined;

function begin(show: WatchedShow): void {
  answer = show;
  session = new ShowSession(
    show,
    {},
    () => undefined,
    (one) => {
      opened.push(one.run?.id ?? "");
      return new RoomClient({
        ticket: () => new Promise(() => undefined),
        connect: () => {
          throw new Error("no connection in this test");
        },
      });
    },
  );
  session.start();
}

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(answer)));
});

afterEach(() => {
  session?.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a show's life on its page", () => {
  it("counts a run that is on before the show's own state", () => {
    expect(phaseOf(SCHEDULED)).toBe("soon");
    expect(phaseOf(on("a", "rehearsal"))).toBe("on");
    expect(phaseOf(ENDED)).toBe("over");
    expect(phaseOf({ ...SCHEDULED, state: "cancelled" })).toBe("cancelled");
  });

  it("enters the room by itself when the show begins", async () => {
    begin(SCHEDULED);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(opened).toEqual([]);
    answer = on("a");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(opened).toEqual(["a"]);
  });

  it("goes from the rehearsal's room to the show's", () => {
    begin(on("a", "rehearsal"));
    session?.take(on("b"));
    expect(opened).toEqual(["a", "b"]);
  });

  it("leaves the room when the show is over, and asks no more", async () => {
    begin(on("a"));
    session?.take(ENDED);
    expect(session?.room).toBeNull();
    const asked = vi.fn(async () => new Response(JSON.stringify(ENDED)));
    vi.stubGlobal("fetch", asked);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).not.toHaveBeenCalled();
  });

  it("opens the recorded room of a show that is over, and goes on from the live one", async () => {
    const heard = { view: FIRST_VIEW, clock: { now: () => 0 }, pictureAt: () => undefined };
    const replay = { ...heard, listen: () => () => undefined, start: vi.fn(), stop: vi.fn() };
    const openReplay = vi.fn(async () => replay);
    answer = on("a");
    session = new ShowSession(
      on("a"),
      {},
      () => undefined,
      () => null,
      openReplay,
    );
    session.start();
    expect(openReplay).not.toHaveBeenCalled();
    session.take(ENDED);
    session.take(ENDED);
    await vi.advanceTimersByTimeAsync(0);
    expect(session.replay).toBe(replay);
    expect(replay.start).toHaveBeenCalledTimes(1);
    session.stop();
    expect(replay.stop).toHaveBeenCalledTimes(1);
  });

  it("does not ask while the room tells all", async () => {
    begin(on("a"));
    const asked = vi.fn(async () => new Response(JSON.stringify(answer)));
    vi.stubGlobal("fetch", asked);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).not.toHaveBeenCalled();
  });
});

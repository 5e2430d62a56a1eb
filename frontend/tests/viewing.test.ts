import { describe, expect, it } from "vitest";
import { ofViewers, whyUnrecorded } from "../src/components/picture-figures";
import type { Playback } from "../src/live/playback";
import { formPlayed } from "../src/live/qualities";
import { Tally } from "../src/live/viewing";

describe("what a player tells of its picture", () => {
  it("adds up what played and what stood still", () => {
    const tally = new Tally();
    tally.see("loading", 0);
    tally.see("playing", 400);
    tally.see("buffering", 10_400);
    tally.see("interrupted", 11_400);
    tally.see("playing", 13_400);
    tally.see("playing", 14_400);

    expect(tally.take()).toEqual({ played_ms: 11_000, stalled_ms: 3_000, stalls: 1 });
    expect(tally.take()).toBeNull();
  });

  it("counts neither the start nor a pause as a stall", () => {
    const tally = new Tally();
    tally.see("interrupted", 0);
    tally.see("loading", 5_000);
    expect(tally.take()).toBeNull();
    tally.see("playing", 6_000);
    tally.see("paused", 7_000);
    tally.see("playing", 90_000);
    tally.see("none", 91_000);

    expect(tally.take()).toMatchObject({ played_ms: 2_000, stalls: 0 });
  });

  it("never says more than the house believes", () => {
    const tally = new Tally();
    tally.see("playing", 0);
    tally.see("buffering", 9_000_000);
    tally.see("playing", 99_000_000);

    expect(tally.take()).toEqual({ played_ms: 600_000, stalled_ms: 600_000, stalls: 1 });
  });

  it("names the form that is played", () => {
    const playing = (uri: string) =>
      ({ soundAlone: false, hls: { levels: [{ uri }], currentLevel: 0 } }) as unknown as Playback;
    expect(formPlayed(playing("/v/index.m3u8"))).toBe("source");
    expect(formPlayed(playing("/v/360p.m3u8"))).toBe("360p");
    expect(formPlayed(playing("/v/elsewhere.m3u8"))).toBe("other");
    expect(formPlayed({ soundAlone: true, hls: null })).toBe("audio");
    expect(formPlayed({ soundAlone: false, hls: null })).toBe("other");
  });

  it("is shown in the studio in one line", () => {
    const told = ofViewers({
      reports: 4,
      stalls_per_hour: 0.25,
      start_p50_ms: 420,
      start_p95_ms: 900,
      behind_p50_ms: 1100,
      forms: { "360p": 1, source: 3 },
    });
    expect(told).toEqual([
      "Picture after 0.4 s, for 95 of 100 after 0.9 s",
      "1.1 s behind the stage",
      "0.3 stalls an hour",
      "Original picture 75 %",
      "360p 25 %",
    ]);
  });
});

describe("why nothing is recorded", () => {
  it("tells the host what can be done about it, and by whom", () => {
    expect(whyUnrecorded("store_full")).toContain("Delete old ones");
    expect(whyUnrecorded("house_full")).toContain("the house has no room");
    expect(whyUnrecorded("disk_full")).toBe(whyUnrecorded("house_full"));
    expect(whyUnrecorded("disk_broken")).toContain("does not take it");
  });
});

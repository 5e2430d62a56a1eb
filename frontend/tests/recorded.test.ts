import { describe, expect, it } from "vitest";
import { read, written } from "../src/components/clip";
import { spoken } from "../src/components/seek-bar";
import { lasts, programmeAt, Recorded } from "../src/live/recorded";
import { StageHold } from "../src/live/stage";
import { cueAt, readCues } from "../src/live/webvtt";

describe("the files beside a recording", () => {
  const file =
    "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nTea &lt;time&gt; &amp; more\nand cake\n\n01:00:00.000 --> 01:00:02.000\nlate\n";

  it("are read as they were written", () => {
    const cues = readCues(file);
    expect(cues).toEqual([
      { start: 1_500, end: 3_000, text: "Tea <time> & more\nand cake" },
      { start: 3_600_000, end: 3_602_000, text: "late" },
    ]);
    expect(cueAt(cues, 2_999)?.text).toContain("cake");
    expect(cueAt(cues, 3_000)).toBeNull();
    expect(readCues("no such file")).toEqual([]);
  });

  it("say where each small picture is", () => {
    const run = "01900000-0000-7000-8000-000000000001";
    const recorded = new Recorded(`https://video.test/live/${run}/video/vod.m3u8`);
    const cue = { start: 0, end: 1, text: "thumbs-7.jpg#xywh=160,90,160,90" };
    expect(recorded.thumb(cue)).toEqual({
      url: `https://video.test/live/${run}/video/thumbs-7.jpg`,
      x: 160,
      y: 90,
      width: 160,
      height: 90,
    });
    expect(recorded.dvr).toBe(`https://video.test/live/${run}/video/dvr.m3u8`);
    expect(recorded.rewind).toBe(`https://video.test/live/${run}/video/rewind.m3u8`);
  });

  it("tell the programme's time of each place", () => {
    const pieces = [
      { at: 1_000_000, starts: 0, lasts: 5_000 },
      { at: 2_000_000, starts: 5_000, lasts: 3_000 },
    ];
    expect(programmeAt(pieces, 4_999)).toBe(1_004_999);
    expect(programmeAt(pieces, 5_500)).toBe(2_000_500);
    expect(programmeAt(pieces, 60_000)).toBe(2_003_000);
    expect(programmeAt([], 5)).toBeNull();
    expect(lasts(pieces)).toBe(8_000);
  });
});

describe("times of a recording", () => {
  it("are read as they are written", () => {
    for (const seconds of [0, 0.04, 61.5, 3_723.4]) {
      expect(read(written(seconds))).toBeCloseTo(seconds, 3);
    }
    expect(read("soon")).toBeUndefined();
    expect(spoken(3_725)).toBe("1:02:05");
    expect(spoken(65)).toBe("1:05");
  });
});

describe("the stage of who rewinds", () => {
  const pin = (id: string) => ({ stage: { pin: id } });

  it("goes back with the picture, and ahead again", () => {
    const hold = new StageHold();
    hold.put(pin(""), 100_000, 100_000);
    hold.put(pin("mug"), 200_000, 200_000);
    hold.put(pin("rug"), 300_000, 300_000);

    expect(hold.reach(250_000)).toBe(true);
    expect(hold.shown).toEqual({ pin: "mug" });
    hold.put(pin("lamp"), 310_000, 251_000);
    expect(hold.shown).toEqual({ pin: "mug" });
    hold.reach(110_000);
    expect(hold.shown).toEqual({ pin: "" });
    hold.reach(310_000);
    expect(hold.shown).toEqual({ pin: "lamp" });
  });

  it("is empty at a moment before the viewer came", () => {
    const hold = new StageHold();
    hold.put(pin("mug"), 100_000, 99_000);
    expect(hold.reach(20_000)).toBe(true);
    expect(hold.shown).toEqual({});
    expect(hold.reach(21_000)).toBe(false);
  });
});

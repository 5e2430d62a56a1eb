import { describe, expect, it } from "vitest";
import { formOf, levelOf, sizes } from "../src/live/qualities";

const FOLDER = "https://video.test/live/run/video/";
const LEVELS = ["360p", "540p", "index"].map((name) => ({ uri: `${FOLDER}${name}.m3u8` }));

describe("the forms of a picture", () => {
  it("are known by their playlists", () => {
    expect(LEVELS.map(({ uri }) => formOf(uri))).toEqual(["360p", "540p", "source"]);
    expect(formOf(`${FOLDER}index.m3u8?_HLS_msn=3`)).toBe("source");
    expect(formOf("elsewhere")).toBe("");
  });

  it("are offered from the largest size on, without the source", () => {
    expect(sizes(LEVELS)).toEqual(["540p", "360p"]);
    expect(sizes([{ uri: `${FOLDER}dvr.m3u8` }])).toEqual([]);
  });

  it("are left to the player where they are gone", () => {
    expect(levelOf(LEVELS, "540p")).toBe(1);
    expect(levelOf(LEVELS, "source")).toBe(2);
    expect(levelOf(LEVELS, "auto")).toBe(-1);
    expect(levelOf([], "540p")).toBe(-1);
  });
});

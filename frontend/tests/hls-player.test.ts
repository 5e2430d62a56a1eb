import type Hls from "hls.js";
import type { FragLoadedData } from "hls.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LiveSizes } from "../src/live/hls-player";

const PART_SECONDS = 1 / 3;
const SEGMENT_SECONDS = 2;
const [SMALL, SOURCE] = [0, 1];
const RATES = [900_000, 2_500_000];

/** As much of hls.js as a choice among sizes looks at: a source and one smaller size, live. */
class Player {
  loadLevel = SOURCE;
  nextAutoLevel = SOURCE;
  nextLoadLevel = SOURCE;
  readonly autoLevelEnabled = true;
  readonly firstLevel = SOURCE;
  readonly minAutoLevel = SMALL;
  readonly maxAutoLevel = SOURCE;
  readonly allAudioTracks = [];
  readonly logger = new Proxy({}, { get: () => () => {} });
  readonly config = {
    abrEwmaDefaultEstimate: 2_500_000,
    abrBandWidthFactor: 0.95,
    abrBandWidthUpFactor: 0.7,
    maxStarvationDelay: 4,
    maxLoadingDelay: 4,
    errorPenaltyExpireMs: 30_000,
  };
  readonly media = { currentTime: 9.2, playbackRate: 1, paused: false, readyState: 4 };
  bufferedTo = 10;
  readonly latestLevelDetails = {
    live: true,
    partList: [{}],
    fragments: [{ end: 8 }, { end: 10 }],
    fragmentEnd: 10,
    averagetargetduration: SEGMENT_SECONDS,
    targetduration: SEGMENT_SECONDS,
    partTarget: PART_SECONDS,
  };
  readonly levels = RATES.map((rate) => ({
    bitrate: rate,
    maxBitrate: rate,
    averageBitrate: rate,
    codecSet: "avc1",
    videoRange: "SDR",
    frameRate: 30,
    loadError: 0,
    fragmentError: 0,
    details: this.latestLevelDetails,
    supportedResult: { supported: true, decodingInfoResults: [] },
  }));

  get mainForwardBufferInfo() {
    return { len: this.bufferedTo - this.media.currentTime, end: this.bufferedTo };
  }
  get loadLevelObj() {
    return this.levels[this.loadLevel];
  }
  on() {}
  off() {}
}

class Sizes extends LiveSizes {
  readonly left = vi.fn();

  /** A part that ends there has come, over a line that carries so many bits a second. */
  comes(player: Player, end: number, line: number): void {
    const rate = RATES[player.loadLevel] ?? 0;
    const tookMs = ((rate * PART_SECONDS) / line) * 1_000;
    vi.advanceTimersByTime(tookMs);
    const now = performance.now();
    const part = {
      end,
      duration: PART_SECONDS,
      stats: {
        loaded: (rate * PART_SECONDS) / 8,
        loading: { start: now - tookMs, first: now - tookMs, end: now },
      },
    };
    const frag = { type: "main", sn: 5, level: player.loadLevel, abortRequests: this.left };
    this.onFragLoaded("hlsFragLoaded" as never, { frag, part } as unknown as FragLoadedData);
    player.bufferedTo = end;
  }
}

describe("the size of a live picture", () => {
  let player: Player;
  let sizes: Sizes;
  beforeEach(() => {
    vi.useFakeTimers();
    player = new Player();
    sizes = new Sizes(player as unknown as Hls);
    return () => {
      sizes.destroy();
      vi.useRealTimers();
    };
  });

  it("is the source's on a fast line", async () => {
    for (let part = 1; part <= 6; part += 1) sizes.comes(player, 10 + part / 3, 40_000_000);
    await Promise.resolve();

    expect(sizes.nextAutoLevel).toBe(SOURCE);
    expect(sizes.left).not.toHaveBeenCalled();
  });

  it("becomes smaller within a segment that a slow line cannot bring in time", async () => {
    sizes.comes(player, 10, 40_000_000);
    sizes.comes(player, 10 + 1 / 3, 1_000_000);
    await Promise.resolve();

    expect(sizes.left).toHaveBeenCalledOnce();
    expect(player.nextLoadLevel).toBe(SMALL);
  });

  it("waits for the next segment where little of this one is left", async () => {
    sizes.comes(player, 11, 40_000_000);
    sizes.comes(player, 11.6, 1_500_000);
    await Promise.resolve();

    expect(sizes.left).not.toHaveBeenCalled();
    expect(sizes.nextAutoLevel).toBe(SOURCE);
    player.bufferedTo = 12;
    player.latestLevelDetails.fragments.push({ end: 12 });
    player.latestLevelDetails.fragmentEnd = 12;
    expect(sizes.nextAutoLevel).toBe(SMALL);
  });

  it("becomes larger again at a segment, when the line is fast", () => {
    player.loadLevel = SMALL;
    sizes.comes(player, 10 + 1 / 3, 1_000_000);
    expect(sizes.nextAutoLevel).toBe(SMALL);

    for (let part = 2; part <= 5; part += 1) {
      vi.advanceTimersByTime(1_000);
      sizes.comes(player, 10 + part / 3, 40_000_000);
    }
    expect(sizes.nextAutoLevel).toBe(SMALL);
    player.bufferedTo = 12;
    player.latestLevelDetails.fragments.push({ end: 12 });
    player.latestLevelDetails.fragmentEnd = 12;
    expect(sizes.nextAutoLevel).toBe(SOURCE);
  });

  it("leaves one that is gone at once", () => {
    sizes.comes(player, 11, 1_500_000);
    expect(sizes.nextAutoLevel).toBe(SOURCE);

    const [, source] = player.levels;
    if (source) source.loadError = 1;
    expect(sizes.nextAutoLevel).toBe(SMALL);
  });
});

import { describe, expect, it } from "vitest";
import { ShownPicture } from "../src/live/shown-picture";

type Told = (now: number, metadata: { mediaTime: number }) => void;

class Video {
  currentTime = 0;
  waiting = new Map<number, Told>();
  #asked = 0;

  requestVideoFrameCallback(told: Told): number {
    this.#asked += 1;
    this.waiting.set(this.#asked, told);
    return this.#asked;
  }

  cancelVideoFrameCallback(asked: number): void {
    this.waiting.delete(asked);
  }

  shows(mediaTime: number): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const told of all) told(0, { mediaTime });
  }
}

function watched(): { video: Video; picture: ShownPicture; clock: { nowMs: number } } {
  const video = new Video();
  const clock = { nowMs: 0 };
  const element = video as unknown as HTMLVideoElement;
  return { video, clock, picture: new ShownPicture(element, () => clock.nowMs) };
}

describe("the picture on the screen", () => {
  it("is behind the element's time by what the device is late", () => {
    const { video, picture } = watched();
    for (const [shown, current] of [
      [1, 1.02],
      [1.033, 1.2],
    ] as const) {
      video.shows(shown);
      video.currentTime = current;
      expect(picture.lagSeconds).toBeCloseTo(current - shown);
    }
  });

  it("is never ahead of it", () => {
    const { video, picture } = watched();
    video.shows(1.04);
    video.currentTime = 1;

    expect(picture.lagSeconds).toBe(0);
  });

  it("tells nothing before the first, and when none has come for a while", () => {
    const { video, picture, clock } = watched();
    video.currentTime = 3;
    expect(picture.lagSeconds).toBe(0);

    video.shows(1);
    clock.nowMs = 600;
    expect(picture.lagSeconds).toBe(0);
  });

  it("is asked for no more when the player is gone", () => {
    const { video, picture } = watched();
    picture.stop();

    expect(video.waiting.size).toBe(0);
  });

  it("tells nothing in a browser that cannot", () => {
    const element = { currentTime: 1 } as HTMLVideoElement;

    expect(new ShownPicture(element, () => 0).lagSeconds).toBe(0);
  });
});

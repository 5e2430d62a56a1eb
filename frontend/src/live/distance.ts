/** How fast to play so that a live picture keeps its distance from the stage, and never drifts. */

/** What a stall adds to the distance, how much that may come to, and how soon a part of it is forgiven. */
const STALL_SECONDS = 0.2;
const STALLS_SECONDS_MAX = 1;
const FORGIVE_MS = 30_000;
/** So long after its first picture a player is still coming to its place: what happens then is no habit. */
const ARRIVING_MS = 5_000;
/** How hard it is drawn to its place: while it arrives nobody has got used to a speed yet. */
const PULL = 0.75;
const PULL_ARRIVING = 3;
/** Nobody hears half a part; from further away than this one has gone back on purpose, or jumps. */
const NEAR_SECONDS = 0.05;
export const FAR_SECONDS = 6;
const RATE_MAX = 1.5;

export interface Place {
  /** How far the picture is from the end of what there is, and how far it should be. */
  behindSeconds: number;
  holdBackSeconds: number;
  /** What is buffered, and what comes at once. */
  aheadSeconds: number;
  partSeconds: number;
}

export class Distance {
  #extraSeconds = 0;
  #calmSinceMs = 0;
  #arrivedMs = Number.POSITIVE_INFINITY;

  /** The first picture moves. */
  began(nowMs: number): void {
    this.#arrivedMs = Math.min(this.#arrivedMs, nowMs + ARRIVING_MS);
  }

  /** The picture stood still: for want of data, stay a little further away for a while. */
  stalled(aheadSeconds: number, partSeconds: number, nowMs: number): void {
    // With a part at hand it was the device that was late, whom more distance does not help.
    if (nowMs < this.#arrivedMs || aheadSeconds >= partSeconds / 2) return;
    this.#extraSeconds = Math.min(STALLS_SECONDS_MAX, this.#extraSeconds + STALL_SECONDS);
    this.#calmSinceMs = nowMs;
  }

  /** The rate to play at, from 1 to 1.5; what is buffered bounds it, so that it makes no stall itself. */
  rate(place: Place, nowMs: number): number {
    if (this.#extraSeconds > 0 && nowMs - this.#calmSinceMs > FORGIVE_MS) {
      this.#extraSeconds = Math.max(0, this.#extraSeconds - STALL_SECONDS);
      this.#calmSinceMs = nowMs;
    }
    const far = place.behindSeconds - place.holdBackSeconds - this.#extraSeconds;
    const spare = place.aheadSeconds - 1.5 * place.partSeconds;
    if (far <= NEAR_SECONDS || far > FAR_SECONDS || spare <= 0) return 1;
    const pull = nowMs < this.#arrivedMs ? PULL_ARRIVING : PULL;
    const drawn = 2 / (1 + Math.exp(-pull * far));
    return Math.round(Math.min(RATE_MAX, drawn, 1 + spare) * 20) / 20;
  }
}

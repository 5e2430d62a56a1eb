/** How fast to play so that a live picture keeps its distance from the stage, and never drifts. */

/** What a stall adds to the distance, how much that may come to, and how soon a part of it is forgiven. */
const STALL_SECONDS = 0.2;
const STALLS_SECONDS_MAX = 1;
const FORGIVE_MS = 30_000;
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

  /** The picture stood still for want of data: stay a little further away for a while. */
  stalled(nowMs: number): void {
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
    const gentle = 2 / (1 + Math.exp(-0.75 * far));
    return Math.round(Math.min(RATE_MAX, gentle, 1 + spare) * 20) / 20;
  }
}

/** What the line carries, and when the picture should change its size for it (see decision 0165). */

/** After so long a sample counts half: a buffer of one second cannot wait for an average of ten. */
const HALF_LIFE_MS = 1_000;
/** What came from a cache says nothing more than that the line is fast. */
const BYTES_PER_MS_MAX = 100_000;
const TRIP_MS = 100;
const TRIPS_HALF_LIFE = 8;
/** What must still be buffered where the next keyframe is waited for. */
const MARGIN_SECONDS = 0.1;

/**
 * Bits over the time that they took, both forgotten by the clock.
 *
 * hls.js forgets by the time that downloads take. Parts of a live picture take nearly none of it on
 * a fast line, so it remembers the fast line for half a minute after it has become slow.
 */
export class LineEstimate {
  #bits = 0;
  #ms = 0;
  #atMs = 0;
  #tripMs = 0;
  #trips = 0;

  constructor(
    readonly defaultEstimate: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** hls.js tells the half-lives of its own estimate here. */
  update(): void {}

  /** So many bytes came in so long, without the wait for the first of them. */
  sample(durationMs: number, bytes: number): void {
    if (bytes <= 0) return;
    const nowMs = this.now();
    const kept = 0.5 ** (Math.max(0, nowMs - this.#atMs) / HALF_LIFE_MS);
    this.#atMs = nowMs;
    this.#bits = this.#bits * kept + bytes * 8;
    this.#ms = this.#ms * kept + Math.max(durationMs, bytes / BYTES_PER_MS_MAX);
  }

  sampleTTFB(ms: number): void {
    this.#trips += 1;
    const share = 1 - 0.5 ** (1 / Math.min(this.#trips, TRIPS_HALF_LIFE));
    this.#tripMs += (Math.max(5, ms) - this.#tripMs) * (this.#trips === 1 ? 1 : share);
  }

  canEstimate(): boolean {
    return this.#bits > 0;
  }

  /** In bits a second. */
  getEstimate(): number {
    return this.#bits > 0 ? (this.#bits / this.#ms) * 1_000 : this.defaultEstimate;
  }

  getEstimateTTFB(): number {
    return this.#trips ? this.#tripMs : TRIP_MS;
  }

  destroy(): void {}
}

export interface Change {
  /** Where what is buffered ends, where the segment at that place ends, and what is left to play. */
  bufferedTo: number;
  segmentEnds: number;
  aheadSeconds: number;
  /** In bits a second: what the size that is played takes, what the other takes, what the line carries. */
  rate: number;
  otherRate: number;
  estimate: number;
}

/**
 * Whether to change over at this place rather than at the next segment.
 *
 * Only a segment's first part can be played by itself: in the middle, all that went before it would
 * be loaded again in the other size, on a line that may have nothing to spare.
 */
export function changesNow(change: Change): boolean {
  const rest = change.segmentEnds - change.bufferedTo;
  if (rest <= MARGIN_SECONDS) return true;
  if (change.otherRate >= change.rate) return false;
  const lost = rest * (change.rate / change.estimate - 1);
  return change.aheadSeconds - lost < MARGIN_SECONDS;
}

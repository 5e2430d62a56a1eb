/** The segments of a recorded room: loaded when they are near, and so many kept. */
import type { Frame } from "../../generated/wire";
import {
  asIndex,
  asSegment,
  type Names,
  named,
  type Segment,
  type SegmentIndex,
  segmentAt,
  segmentPath,
} from "../carriers/documents";
import type { Fetched, FetchFrames } from "../carriers/segments";

const KEPT_MAX = 90;
const NOTHING: Pick<Segment, "frames" | "names"> = { frames: [] };
const OK = 200;
const NOT_FOUND = 404;
const GONE = 410;

export class Reel {
  readonly #kept = new Map<number, Frame[]>();
  readonly #coming = new Map<number, Promise<Frame[]>>();
  #names: Promise<Names> | undefined;
  #index: SegmentIndex | null = null;

  constructor(
    private readonly fetch: FetchFrames,
    private readonly signal: AbortSignal,
  ) {}

  /** Learn what there is: "none" when nothing was kept, "away" when nobody answers. */
  async open(): Promise<"open" | "none" | "away"> {
    const fetched = await this.fetch("index.json", this.signal);
    if (fetched.status === NOT_FOUND) return "none";
    const index = fetched.status === OK ? asIndex(fetched.body) : null;
    if (!index) return "away";
    this.#index = index;
    return this.#index.last < this.#index.first ? "none" : "open";
  }

  /** The segment of a moment; before the first and after the last there are these. */
  segmentAt(programmeMs: number): number {
    const { first, last } = this.#index ?? { first: 0, last: 0 };
    return Math.min(last, Math.max(first, segmentAt(programmeMs)));
  }

  holds(segment: number): boolean {
    return !!this.#index && segment >= this.#index.first && segment <= this.#index.last;
  }

  /** The frames, if they are here. */
  ready(segment: number): Frame[] | undefined {
    return this.#kept.get(segment);
  }

  /** The frames of a segment; none when there are none, or when they cannot be had. */
  load(segment: number): Promise<Frame[]> {
    const kept = this.#kept.get(segment);
    if (kept) {
      this.#keep(segment, kept);
      return Promise.resolve(kept);
    }
    let coming = this.#coming.get(segment);
    if (!coming) {
      coming = this.#fetched(segment).finally(() => this.#coming.delete(segment));
      this.#coming.set(segment, coming);
    }
    return coming;
  }

  async #fetched(segment: number): Promise<Frame[]> {
    let answer = await this.#at(segment);
    if (answer.status === GONE) {
      const index = await this.fetch("index.json", this.signal);
      this.#index = (index.status === OK ? asIndex(index.body) : null) ?? this.#index;
      answer = await this.#at(segment);
    } else if (answer.status === 0 || answer.status >= 500) {
      answer = await this.#at(segment);
    }
    const found = answer.status === OK ? asSegment(answer.body) : null;
    const { frames, names } = found ?? NOTHING;
    const whole = named(frames, names ?? (await this.#namesFor(frames)));
    this.#keep(segment, whole);
    return whole;
  }

  /** Sealed segments hold no names: these stand beside them, where they can be erased. */
  #namesFor(frames: readonly Frame[]): Promise<Names> {
    if (!frames.some((frame) => frame.says?.length)) return Promise.resolve({});
    this.#names ??= this.fetch("names.json", this.signal).then(({ status, body }) =>
      status === OK ? (body as Names) : {},
    );
    return this.#names;
  }

  #at(segment: number): Promise<Fetched> {
    const revision = this.#index?.revisions?.[segment] ?? 0;
    return this.fetch(segmentPath(segment, revision), this.signal);
  }

  #keep(segment: number, frames: Frame[]): void {
    this.#kept.delete(segment);
    this.#kept.set(segment, frames);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}

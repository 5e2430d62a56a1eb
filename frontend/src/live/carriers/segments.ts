/** The room over plain HTTP: segments of two seconds that any cache may hold, and signals by POST. */
import type { ClientMessage, Frame } from "../../generated/wire";
import type { Pass } from "../pass";
import type { Carrier, Ears } from "./carrier";
import { asFrame, asIndex, asSegment, named, type SignalsAnswer, segmentAt } from "./documents";
import { address, afterAnswer, isBehind, type Outcome, type Place } from "./following";
import { Signals } from "./signals";

export interface Fetched {
  /** 0 when nothing came at all. */
  status: number;
  body: unknown;
  retryAfterMs: number;
}

/** Throws nothing: an address that does not answer has the status 0. */
export type FetchFrames = (path: string, signal: AbortSignal) => Promise<Fetched>;

export interface Http {
  /** One of the files below the run's `frames/`. */
  frames: FetchFrames;
  /** Refused or unreachable: throws. */
  signals(ticket: string, commands: ClientMessage[]): Promise<SignalsAnswer>;
}

export interface SegmentsEars extends Ears {
  /** Nothing comes for now; it is asked for again and again. */
  faltered(): void;
  ended(): void;
}

const FALTERED_FAILURES = 2;
const LATEST: Place = { kind: "latest" };

export class SegmentsCarrier implements Carrier {
  readonly #stop = new AbortController();
  readonly #signals: Signals;
  #place: Place;
  #failures = 0;
  #joinedMs = 0;
  #joinedAt = 0;
  #flowing = false;

  constructor(
    private readonly http: Http,
    pass: Pass,
    private readonly ears: SegmentsEars,
    private readonly now: () => number,
    private readonly random: () => number,
    from: Place,
  ) {
    this.#place = from;
    this.#count(from.kind === "segment" ? from.segment : 0);
    this.#signals = new Signals(http, pass, ears, now, random);
  }

  start(): void {
    this.#signals.start();
    void this.#follow();
  }

  stop(): void {
    this.#stop.abort();
    this.#signals.stop();
  }

  send(message: ClientMessage): boolean {
    return this.#signals.send(message);
  }

  /** What was heard differs from what the conductor has: begin with a keyframe of now. */
  restart(): void {
    this.#place = LATEST;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (isBehind(this.#joinedMs, this.#joinedAt, this.#place, this.now())) this.#place = LATEST;
      const place = this.#place;
      const fetched = await this.http.frames(address(place), signal);
      if (signal.aborted) return;
      const outcome = this.#take(place, fetched);
      const next = afterAnswer(place, outcome, this.#failures, this.random());
      if (next.kind === "ended") return this.ears.ended();
      // A frame that did not fit has set the place already.
      if (this.#place === place) this.#place = next.place;
      await pause(next.waitMs, signal);
    }
  }

  #take(place: Place, fetched: Fetched): Outcome {
    const body = fetched.status === OK ? fetched.body : undefined;
    if (place.kind === "index") {
      const index = asIndex(body);
      if (!index) return this.#failed(fetched);
      this.#failures += 1;
      return { kind: "index", index };
    }
    if (place.kind === "latest") {
      const frame = asFrame(body);
      if (!frame) return this.#failed(fetched);
      this.#count(segmentAt(frame.at));
      this.#tell([frame]);
      return { kind: "joined", at: frame.at };
    }
    const segment = asSegment(body);
    if (!segment) return this.#failed(fetched);
    this.#tell(named(segment.frames, segment.names ?? {}));
    return { kind: "segment" };
  }

  #failed({ status, body, retryAfterMs }: Fetched): Outcome {
    this.#failures += 1;
    if (this.#failures === FALTERED_FAILURES) {
      this.#flowing = false;
      this.ears.faltered();
    }
    return { kind: "failed", status, code: codeOf(body), retryAfterMs };
  }

  /** From here on the room is followed without a break. */
  #count(segment: number): void {
    this.#joinedMs = this.now();
    this.#joinedAt = segment;
  }

  #tell(frames: readonly Frame[]): void {
    this.#failures = 0;
    for (const frame of frames) {
      if (this.#stop.signal.aborted) return;
      this.ears.frame(frame);
    }
    if (this.#flowing) return;
    this.#flowing = true;
    this.ears.joined();
  }
}

const OK = 200;

function codeOf(body: unknown): string {
  const code = (body as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    }
  });
}

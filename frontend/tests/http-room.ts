/** A run's room as it stands at its HTTP addresses: a model of the server's segmenter over a log of frames. */
import type { ClientMessage, Document, Frame, Keyframe, Said } from "../src/generated/wire";
import {
  type Names,
  type Segment,
  type SegmentIndex,
  type SignalsAnswer,
  segmentAt,
} from "../src/live/carriers/documents";
import type { Fetched, Http } from "../src/live/carriers/segments";
import { merged } from "../src/live/merge";
import { isKeyframe } from "../src/live/replica";

const BLOCK_MS = 6_000;
const LOOK_MS = 50;

export class HttpRoom implements Http {
  asked: string[] = [];
  posted: { ticket: string; commands: ClientMessage[] }[] = [];
  /** Nothing answers while this is set. */
  isDown = false;
  isOver = false;
  /** What another answers in the room's place, as if all were well. */
  pretender: unknown = undefined;
  revisions: Record<string, number> = {};
  answer: (commands: ClientMessage[]) => Partial<SignalsAnswer> | Error = () => ({});

  constructor(
    public log: Frame[],
    private readonly now: () => number = Date.now,
  ) {}

  async frames(path: string, signal: AbortSignal): Promise<Fetched> {
    this.asked.push(path);
    for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
      const found = this.isDown ? refusal(0) : this.pretender ? ok(this.pretender) : this.at(path);
      if (found) return JSON.parse(JSON.stringify(found));
      if (signal.aborted) return refusal(0);
      if (waitedMs >= BLOCK_MS) return { ...refusal(503), retryAfterMs: 1_000 };
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  async signals(ticket: string, commands: ClientMessage[]): Promise<SignalsAnswer> {
    if (this.isDown) throw new TypeError("network");
    this.posted.push({ ticket, commands });
    const answer = this.answer(commands);
    if (answer instanceof Error) throw answer;
    return { answers: [], server_ms: this.now(), again_ms: 15_000, ...answer };
  }

  get index(): SegmentIndex {
    const last = segmentAt(this.log.at(-1)?.at ?? 0) - (this.isOver ? 0 : 1);
    return {
      segment_ms: 2_000,
      first: segmentAt(this.log[0]?.at ?? 0),
      last,
      ended: this.isOver,
      revisions: this.revisions,
    };
  }

  get names(): Names {
    return namesIn(this.log);
  }

  /** What stands at `path` now; null when the answer must wait. */
  protected at(path: string): Fetched | null {
    if (path === "index.json") return ok(this.index);
    if (path === "names.json") return ok(this.names);
    if (path === "latest.json") {
      if (this.isOver || !this.log.length) return refusal(404, "not_found");
      return ok(keyframeOf(this.log, this.log.length - 1));
    }
    const [number = "", revision = "0"] = path.replace(/\.json$/, "").split(".");
    return this.#segment(Number(number), Number(revision));
  }

  #segment(segment: number, revision: number): Fetched | null {
    const { first, last } = this.index;
    if (segment > segmentAt(this.now()) + 1) return refusal(404, "too_early");
    if (segment < first || (this.isOver && segment > last)) return refusal(404, "not_found");
    if (segment > last) return null;
    if (revision !== (this.revisions[segment] ?? 0)) return refusal(410, "gone");
    return ok(this.cut(segment));
  }

  protected cut(segment: number): Segment {
    const from = this.log.findIndex((frame) => segmentAt(frame.at) === segment);
    const within = this.log.filter((frame) => segmentAt(frame.at) === segment);
    const frames = within.map((frame, i) => (i ? frame : keyframeOf(this.log, from)));
    return {
      segment,
      revision: this.revisions[segment] ?? 0,
      names: namesIn(frames),
      frames: frames.map(withoutNames),
    };
  }
}

function keyframeOf(log: readonly Frame[], place: number): Keyframe {
  let state: Document = {};
  for (const frame of log.slice(0, place + 1)) {
    state = isKeyframe(frame) ? frame.state : merged(state, frame.patch ?? {});
  }
  const { patch: _, ...rest } = log[place] as Frame & { patch?: unknown };
  return { ...rest, state };
}

function namesIn(frames: readonly Frame[]): Names {
  const lines = frames.flatMap((frame) => frame.says ?? []).filter(isLine);
  return Object.fromEntries(lines.map(([, author, name]) => [String(author), String(name)]));
}

function withoutNames(frame: Frame): Frame {
  if (!frame.says) return frame;
  const says = frame.says.map((said) =>
    isLine(said) ? ([said[0], said[1], "", ...said.slice(3)] as Said) : said,
  );
  return { ...frame, says };
}

function isLine(said: Said): boolean {
  return String(said[0]).startsWith("c");
}

function ok(body: unknown): Fetched {
  return { status: 200, body, retryAfterMs: 0 };
}

function refusal(status: number, code = ""): Fetched {
  return { status, body: { code }, retryAfterMs: 0 };
}

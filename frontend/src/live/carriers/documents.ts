/** What stands at the HTTP addresses of a run's room. */
import type { Frame, Said, ServerMessage } from "../../generated/wire";

export const SEGMENT_MS = 2_000;

/** `{segment}.json`: two seconds of frames; the first is a keyframe, so that each can be begun with. */
export interface Segment {
  segment: number;
  revision: number;
  /** The names of those who speak in it; sealed segments have theirs in `names.json`. */
  names?: Names;
  frames: Frame[];
}

/** By the id of a person. */
export type Names = Record<string, string>;

/** `index.json`: which segments there are, and which of them were written anew. */
export interface SegmentIndex {
  segment_ms: number;
  first: number;
  /** The newest complete one. */
  last: number;
  ended: boolean;
  revisions?: Record<string, number>;
}

/** The answer to `POST …/signals`. */
export interface SignalsAnswer {
  /** What a socket would have pushed: the first of all holds a welcome. */
  answers: ServerMessage[];
  server_ms: number;
  /** Without news from us by then, we count as gone. */
  again_ms: number;
}

/** What came, if it is what was asked for: between us and the room there are strangers' networks. */
export function asFrame(body: unknown): Frame | null {
  const one = body as Partial<Frame> | null | undefined;
  return typeof one?.n === "number" && typeof one.at === "number" ? (one as Frame) : null;
}

export function asSegment(body: unknown): Segment | null {
  const one = body as Partial<Segment> | null | undefined;
  return Array.isArray(one?.frames) && one.frames.every(asFrame) ? (one as Segment) : null;
}

export function asIndex(body: unknown): SegmentIndex | null {
  const one = body as Partial<SegmentIndex> | null | undefined;
  return typeof one?.first === "number" && typeof one.last === "number"
    ? (one as SegmentIndex)
    : null;
}

/** The segment in which a moment of the programme lies. */
export function segmentAt(programmeMs: number): number {
  return Math.floor(programmeMs / SEGMENT_MS);
}

export function segmentPath(segment: number, revision: number): string {
  return revision ? `${segment}.${revision}.json` : `${segment}.json`;
}

/** Frames as the socket says them: with the names of the speakers, which segments keep apart. */
export function named(frames: readonly Frame[], names: Names): Frame[] {
  return frames.map((frame) => {
    if (!frame.says?.length) return frame;
    return { ...frame, says: frame.says.map((said) => withName(said, names)) };
  });
}

function withName(said: Said, names: Names): Said {
  const [id, author, name, ...rest] = said;
  const isLine = typeof id === "string" && id.startsWith("c");
  if (!isLine || name !== "" || typeof author !== "string") return said;
  return [id, author, Object.hasOwn(names, author) ? (names[author] ?? "") : "", ...rest];
}

/** Which address of a run's room to ask next: pure decisions from what the last one answered. */
import { backoff } from "../reconnect";
import { SEGMENT_MS, type SegmentIndex, segmentAt, segmentPath } from "./documents";

/** What is asked for. */
export type Place =
  | { kind: "latest" }
  | { kind: "segment"; segment: number; revision: number }
  /** The index, because this segment was not where it was looked for. */
  | { kind: "index"; segment: number; revision: number };

export type Outcome =
  | { kind: "joined"; at: number }
  | { kind: "segment" }
  | { kind: "index"; index: SegmentIndex }
  /** `status` is 0 when nothing came at all. */
  | { kind: "failed"; status: number; code: string; retryAfterMs: number };

export type Next = { kind: "ask"; place: Place; waitMs: number } | { kind: "ended" };

export function address(place: Place): string {
  if (place.kind === "segment") return segmentPath(place.segment, place.revision);
  return `${place.kind}.json`;
}

/**
 * `failures` counts those in a row; `random` is in [0, 1). Nothing is spread while all goes well: who
 * asks for the same segment at the same time is answered by a cache. Retries are.
 */
export function afterAnswer(
  place: Place,
  outcome: Outcome,
  failures: number,
  random: number,
): Next {
  switch (outcome.kind) {
    case "joined":
      return ask({ kind: "segment", segment: segmentAt(outcome.at), revision: 0 });
    case "segment":
      return place.kind === "segment"
        ? ask({ kind: "segment", segment: place.segment + 1, revision: 0 })
        : ask({ kind: "latest" });
    case "index":
      return afterIndex(place, outcome.index, backoff(failures, random));
    case "failed":
      return afterFailure(place, outcome, backoff(failures, random));
  }
}

/** Where to begin: after what is known already, unless that is so old that now is better. */
export function firstPlace(knownAt: number | null, serverMs: number): Place {
  if (knownAt === null || serverMs - knownAt > RECENT_MS) return { kind: "latest" };
  return { kind: "segment", segment: segmentAt(knownAt), revision: 0 };
}

/** Whoever slept, or reads more slowly than the room speaks, starts over from now. */
export function isBehind(joinedMs: number, joinedAt: number, place: Place, nowMs: number): boolean {
  if (place.kind !== "segment") return false;
  return nowMs - joinedMs - (place.segment - joinedAt) * SEGMENT_MS > BEHIND_MS_MAX;
}

const BEHIND_MS_MAX = 16_000;
const RECENT_MS = 30_000;
const TOO_EARLY_MS = 600;
const NOT_FOUND = 404;
const GONE = 410;

function afterFailure(place: Place, failed: Outcome & { kind: "failed" }, waitMs: number): Next {
  const { status, code } = failed;
  if (place.kind === "segment") {
    if (status === NOT_FOUND && code === "too_early") return ask(place, TOO_EARLY_MS + waitMs);
    if (status === NOT_FOUND || status === GONE) return ask({ ...place, kind: "index" });
  }
  // A run that has no moment of now may be over: its index tells.
  if (place.kind === "latest" && status === NOT_FOUND) {
    return ask({ kind: "index", segment: Number.MAX_SAFE_INTEGER, revision: 0 }, waitMs);
  }
  if (place.kind === "index" && status === NOT_FOUND) return ask({ kind: "latest" }, waitMs);
  return ask(place, Math.max(failed.retryAfterMs, 0) + waitMs);
}

function afterIndex(place: Place, index: SegmentIndex, waitMs: number): Next {
  if (place.kind !== "index") return ask({ kind: "latest" }, waitMs);
  const { segment } = place;
  if (index.ended && segment > index.last) return { kind: "ended" };
  const revision = index.revisions?.[segment] ?? 0;
  if (revision !== place.revision) return ask({ kind: "segment", segment, revision });
  return ask({ kind: "latest" }, waitMs);
}

function ask(place: Place, waitMs = 0): Next {
  return { kind: "ask", place, waitMs };
}

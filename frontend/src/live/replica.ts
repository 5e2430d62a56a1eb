/** The viewer's copy of a room: folds frames in order, and says when one is missing or the copy is wrong. */
import type { Document, Frame, Keyframe } from "../generated/wire";
import { stateHash } from "./canonical";
import { merged } from "./merge";

export interface Replica {
  readonly n: number;
  readonly epoch: number;
  readonly at: number;
  readonly state: Document;
}

export type Folded =
  | { kind: "applied"; replica: Replica }
  /** Seen already, or from a conductor that has lost its lease. */
  | { kind: "stale" }
  /** A frame between is missing: ask for the frames since the last good one. */
  | { kind: "gap" }
  /** The copy differs from the conductor's: start over from a keyframe. */
  | { kind: "differs" };

export function fold(replica: Replica | null, frame: Frame): Folded {
  if (replica && (frame.n <= replica.n || frame.epoch < replica.epoch)) return { kind: "stale" };
  const state = nextState(replica, frame);
  if (!state) return { kind: "gap" };
  if (frame.hash && frame.hash !== stateHash(state)) return { kind: "differs" };
  return {
    kind: "applied",
    replica: { n: frame.n, epoch: frame.epoch, at: frame.at, state },
  };
}

export function isKeyframe(frame: Frame): frame is Keyframe {
  return "state" in frame;
}

function nextState(replica: Replica | null, frame: Frame): Document | null {
  if (isKeyframe(frame)) return frame.state;
  if (!replica || frame.n !== replica.n + 1) return null;
  return frame.patch ? merged(replica.state, frame.patch) : replica.state;
}

/** How a recorded room runs along with its picture: pure steps from one moment to the next. */
import type { Frame, Said } from "../../generated/wire";
import { fold, type Replica } from "../replica";

export interface Played {
  replica: Replica | null;
  says: Said[];
  retracted: string[];
}

/** So far back a picture may waver without being wound back. */
const WAVER_MS = 300;
/** Further ahead than anybody plays within a quarter of a second, at whatever speed. */
const AHEAD_MS = 5_000;

/** Whether the viewer has moved the picture; otherwise it has played on. */
export function isJump(reachedMs: number | null, nowMs: number): boolean {
  if (reachedMs === null) return true;
  return nowMs < reachedMs - WAVER_MS || nowMs > reachedMs + AHEAD_MS;
}

/** Take in what of these frames has happened by `untilMs`; what was taken in before is left out. */
export function played(replica: Replica | null, frames: readonly Frame[], untilMs: number): Played {
  const result: Played = { replica, says: [], retracted: [] };
  for (const frame of frames) {
    if (frame.at > untilMs) break;
    const folded = fold(result.replica, frame);
    // A segment begins with a keyframe, so what does not fit is mended by the next one.
    if (folded.kind !== "applied") continue;
    result.replica = folded.replica;
    result.says.push(...(frame.says ?? []));
    result.retracted.push(...(frame.retract ?? []));
  }
  return result;
}

/** The room where a jump has landed. Its keyframe counts, though the picture may be a moment before it. */
export function landed(frames: readonly Frame[], untilMs: number): Played {
  return played(null, frames, Math.max(untilMs, frames[0]?.at ?? 0));
}

/** The newest lines of these, without those that were taken back. */
export function standing(
  says: readonly Said[],
  retracted: ReadonlySet<string>,
  most: number,
): Said[] {
  return says.filter(([id]) => !retracted.has(String(id))).slice(-most);
}

/** The coupons that have fallen into a room: a pure reading of its state and the server's time. */
import type { DroppedCoupon, RoomState } from "../generated/wire";

/** After its end a card stays for so long, so that it does not vanish under a finger. */
const STAYS_MS = 4_000;

export type DropStanding = "open" | "gone" | "over";

export interface DropCard extends DroppedCoupon {
  standing: DropStanding;
  restMs: number;
}

/** The drop to show now; one that ended a moment ago still says so. */
export function dropCard(state: RoomState | null, nowMs: number): DropCard | null {
  const drop = state?.drop;
  if (!isWhole(drop) || nowMs >= drop.ends_at + STAYS_MS) return null;
  const restMs = Math.max(0, drop.ends_at - nowMs);
  const standing = restMs === 0 ? "over" : drop.left > 0 ? "open" : "gone";
  return { ...drop, restMs, standing };
}

function isWhole(drop: Partial<DroppedCoupon> | undefined): drop is DroppedCoupon {
  return drop?.id !== undefined;
}

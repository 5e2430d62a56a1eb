/** Our places in the lines for sold-out offers: a pure reading of what the house told us, and the room. */
import type { RoomState } from "../generated/wire";

/** As `/api/waiting` tells it; `pay_by` in ms, 0 once that is over. */
export interface Place {
  readonly offer_id: string;
  readonly title: string;
  readonly number: number;
  readonly ahead: number;
  readonly order_id: string;
  readonly order_state: string;
  readonly pay_by: number;
}

export type Standing =
  | { kind: "none" }
  | { kind: "waiting"; ahead: number }
  | { kind: "held"; orderId: string; restMs: number };

/** The newest place for each offer. */
export function placesOf(found: readonly Place[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const one of found) {
    if ((places.get(one.offer_id)?.number ?? 0) < one.number) places.set(one.offer_id, one);
  }
  return places;
}

export function standingOf(place: Place | undefined, nowMs: number): Standing {
  if (!place) return { kind: "none" };
  if (!place.order_id) return { kind: "waiting", ahead: place.ahead };
  const isHeld = place.order_state === "placed" && nowMs < place.pay_by;
  if (!isHeld) return { kind: "none" };
  return { kind: "held", orderId: place.order_id, restMs: place.pay_by - nowMs };
}

/** Whether the room says that a line was served as far as us, which we have not heard yet. */
export function isOurTurn(places: Map<string, Place>, state: RoomState | null): boolean {
  return [...places.values()].some(
    (one) => !one.order_id && (state?.offers?.[one.offer_id]?.served ?? 0) >= one.number,
  );
}

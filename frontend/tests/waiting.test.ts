import { describe, expect, it } from "vitest";
import type { RoomState } from "../src/generated/wire";
import { isOurTurn, type Place, placesOf, standingOf } from "../src/live/waiting";

const NOON = Date.UTC(2026, 10, 22, 12);

function place(changes: Partial<Place> = {}): Place {
  return {
    offer_id: "cup",
    title: "Cup",
    number: 7,
    ahead: 2,
    order_id: "",
    order_state: "",
    pay_by: 0,
    ...changes,
  };
}

function served(number: number): RoomState {
  return { offers: { cup: { served: number } } } as unknown as RoomState;
}

describe("our place in the line", () => {
  it("tells how many come before us", () => {
    expect(standingOf(place(), NOON)).toEqual({ kind: "waiting", ahead: 2 });
    expect(standingOf(undefined, NOON)).toEqual({ kind: "none" });
  });

  it("holds a piece until the time to pay is over", () => {
    const held = place({ order_id: "o1", order_state: "placed", pay_by: NOON + 60_000 });
    expect(standingOf(held, NOON)).toEqual({ kind: "held", orderId: "o1", restMs: 60_000 });
    expect(standingOf(held, NOON + 60_000).kind).toBe("none");
    expect(standingOf({ ...held, order_state: "paid" }, NOON).kind).toBe("none");
  });

  it("is asked for again only when the line was served as far as us", () => {
    expect(isOurTurn(placesOf([place()]), served(6))).toBe(false);
    expect(isOurTurn(placesOf([place()]), served(7))).toBe(true);
    expect(isOurTurn(placesOf([place({ order_id: "o1" })]), served(9))).toBe(false);
  });

  it("is the newest one, when we have stood there before", () => {
    const old = place({ number: 3, order_id: "o1", order_state: "expired" });
    expect(placesOf([place(), old]).get("cup")?.number).toBe(7);
    expect(placesOf([old, place()]).get("cup")?.number).toBe(7);
  });
});

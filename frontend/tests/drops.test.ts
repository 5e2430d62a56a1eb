import { describe, expect, it } from "vitest";
import type { RoomState } from "../src/generated/wire";
import { dropCard } from "../src/live/drops";

const NOON = Date.UTC(2026, 10, 22, 12);

function fallen(changes: object = {}): RoomState {
  const drop = {
    id: "d1",
    coupon_id: "c1",
    label: "Welcome",
    currency: "EUR",
    amount_minor: 500,
    basis_points: 0,
    from_minor: 0,
    cap_minor: 0,
    ends_at: NOON + 60_000,
    total: 10,
    left: 4,
    v: 6,
    ...changes,
  };
  return { drop } as unknown as RoomState;
}

describe("coupons that fell into the room", () => {
  it("count down to their real end, by the server's clock", () => {
    expect(dropCard(fallen(), NOON + 15_000)).toMatchObject({ standing: "open", restMs: 45_000 });
  });

  it("say that all are taken while there would be time", () => {
    expect(dropCard(fallen({ left: 0 }), NOON)?.standing).toBe("gone");
  });

  it("say for a moment that the time is over, and go", () => {
    expect(dropCard(fallen(), NOON + 60_000)?.standing).toBe("over");
    expect(dropCard(fallen(), NOON + 65_000)).toBeNull();
  });

  it("are not there before the first fall", () => {
    expect(dropCard({ drop: {} } as RoomState, NOON)).toBeNull();
    expect(dropCard(null, NOON)).toBeNull();
  });
});

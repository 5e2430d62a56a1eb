import { describe, expect, it } from "vitest";
import type { OfferedCoupon, RoomState } from "../src/generated/wire";
import { couponCards } from "../src/live/coupons";

const coupon = (change: Partial<OfferedCoupon> = {}): OfferedCoupon => ({
  label: "Welcome",
  currency: "EUR",
  amount_minor: 500,
  basis_points: 0,
  from_minor: 0,
  cap_minor: 0,
  starts_at: 0,
  ends_at: 1_000,
  ...change,
});
const room = (coupons?: Record<string, OfferedCoupon>): RoomState => ({
  show: { title: "", state: "live", simulated: false, kind: "live" },
  stage: { pin: "" },
  offers: {},
  ...(coupons ? { coupons } : {}),
  counts: { viewers: 0, likes: 0, orders: 0 },
});
const shown = (state: RoomState | null, nowMs: number) =>
  couponCards(state, nowMs).map((one) => one.id);

describe("the coupons of a room", () => {
  it("are those that hold now, from their first moment until before their last", () => {
    const state = room({ a: coupon({ starts_at: 100, ends_at: 200 }) });

    expect([99, 100, 199, 200].map((nowMs) => shown(state, nowMs))).toEqual([[], ["a"], ["a"], []]);
  });

  it("begin with the one that ends first", () => {
    const state = room({ a: coupon({ ends_at: 300 }), b: coupon({ ends_at: 200 }) });

    expect(shown(state, 0)).toEqual(["b", "a"]);
  });

  it("are none where the room knows of none", () => {
    expect([shown(null, 0), shown(room(), 0)]).toEqual([[], []]);
  });
});

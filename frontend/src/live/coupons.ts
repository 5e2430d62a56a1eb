/** Which coupons a room offers now: a pure reading of its state and the server's time. */
import type { OfferedCoupon, RoomState } from "../generated/wire";

export interface CouponCard extends OfferedCoupon {
  id: string;
}

/** Those that hold now, the ones that end first before others. */
export function couponCards(state: RoomState | null, nowMs: number): CouponCard[] {
  return Object.entries(state?.coupons ?? {})
    .map(([id, coupon]) => ({ ...coupon, id }))
    .filter((coupon) => coupon.starts_at <= nowMs && nowMs < coupon.ends_at)
    .sort((a, b) => a.ends_at - b.ends_at || (a.id < b.id ? -1 : 1));
}

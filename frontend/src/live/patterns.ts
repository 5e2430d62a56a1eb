/** The coupons of a store whose terms others may have: what falls into a room is like one of them. */
import { getJson } from "../lib/http";

export interface StoreCoupon<Coupon> {
  readonly code: string;
  readonly shown: boolean;
  readonly coupon: Coupon;
}

interface Lasting {
  readonly starts_at: string;
  readonly ends_at: string;
}

/** Those that run now. What has neither a code nor viewers who see it is set aside for others. */
export function patterns<Coupon extends Lasting>(
  found: readonly StoreCoupon<Coupon>[],
  nowMs: number,
): Coupon[] {
  return found
    .filter((one) => one.code || one.shown)
    .map((one) => one.coupon)
    .filter((one) => Date.parse(one.starts_at) <= nowMs && nowMs < Date.parse(one.ends_at));
}

export async function askPatterns<Coupon extends Lasting>(
  store: string,
  nowMs: number,
): Promise<Coupon[]> {
  const asked = `/api/stores/${store}/coupons`;
  return patterns((await getJson<{ coupons: StoreCoupon<Coupon>[] }>(asked)).coupons, nowMs);
}

/** What a coupon takes off, and what it asks for, in words. */
import { formatMoney } from "../lib/format";
import { t } from "../lib/text";

export interface Terms {
  readonly currency: string;
  readonly amount_minor: number;
  readonly basis_points: number;
  readonly from_minor: number;
  readonly cap_minor: number;
}

export function discountWords(coupon: Terms): string {
  return coupon.basis_points
    ? t("{percent} % off", { percent: coupon.basis_points / 100 })
    : t("{amount} off", { amount: formatMoney(coupon.amount_minor, coupon.currency) });
}

/** What it asks for, after its name. */
export function termsWords(coupon: Terms): string {
  const parts = [
    coupon.from_minor
      ? t("from {amount}", { amount: formatMoney(coupon.from_minor, coupon.currency) })
      : "",
    coupon.cap_minor
      ? t("at most {amount}", { amount: formatMoney(coupon.cap_minor, coupon.currency) })
      : "",
  ].filter(Boolean);
  return parts.length ? ` · ${parts.join(" · ")}` : "";
}

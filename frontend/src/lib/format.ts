/** Words for money, numbers and times in the page's language. */

export function language(): string {
  return document.documentElement.lang || "en";
}

/** `minor` is in the currency's smallest unit: 1999 EUR is €19.99, 500 JPY is ¥500. */
export function formatMoney(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(language(), { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

export function formatCount(value: number): string {
  return new Intl.NumberFormat(language(), {
    notation: value >= 10_000 ? "compact" : "standard",
    maximumFractionDigits: 1,
  }).format(value);
}

export function formatMoment(moment: Date): string {
  return new Intl.DateTimeFormat(language(), {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  }).format(moment);
}

/** A span as mm:ss, or h:mm:ss from an hour on, or whole days beyond two of them; never below zero. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = seconds % 60;
  const two = (value: number) => String(value).padStart(2, "0");
  if (h >= 48) {
    return new Intl.NumberFormat(language(), {
      style: "unit",
      unit: "day",
      unitDisplay: "long",
    }).format(Math.floor(h / 24));
  }
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** The parts that every card of an offer shares: picture, price, what is left, how long, and the button. */
import { html, nothing, type TemplateResult } from "lit";
import { formatMoney, formatSpan } from "../lib/format";
import { t, tn } from "../lib/text";
import { type Card, canBuy } from "../live/offers";

export function productImage(card: Card, thumb = true): TemplateResult {
  const size = thumb ? "thumb" : "";
  if (!card.image) {
    const hue = `hue-${(card.title.length * 7) % 8}`;
    const letter = [...card.title.trim()][0]?.toUpperCase() ?? "?";
    return html`<span class="product-image stand-in ${size} ${hue}" aria-hidden="true">${letter}</span>`;
  }
  return html`<img class="product-image ${size}" src=${card.image} alt="" loading="lazy" decoding="async" />`;
}

export function price(card: Card): TemplateResult {
  return html`<span class="price">${formatMoney(card.price_minor, card.currency)}</span>
    ${
      card.was_minor
        ? html`<s class="was"
          ><span class="visually-hidden">${t("before")} </span>${formatMoney(card.was_minor, card.currency)}</s
        >`
        : nothing
    }`;
}

/** Why it cannot be sent back without a reason: whoever looks at it reads this before buying. */
const NO_RETURN: Record<string, () => string> = {
  hygiene: () => t("Sealed for hygiene: once opened it cannot be sent back without a reason."),
  perishable: () => t("It spoils quickly, so it cannot be sent back without a reason."),
  made_to_order: () => t("Made for you alone, so it cannot be sent back without a reason."),
  sealed_media: () => t("Sealed recording: once opened it cannot be sent back without a reason."),
};

export function returnsWords(card: Card): string {
  return (card.no_return && NO_RETURN[card.no_return]?.()) || "";
}

/** One short line about the offer's standing; empty when there is nothing to add. */
export function standingWords(card: Card, nowMs: number): string {
  switch (card.standing) {
    case "planned":
      return card.opens_at > nowMs
        ? t("Opens in {time}", { time: formatSpan(card.opens_at - nowMs) })
        : t("Not open yet");
    case "sold_out":
      return t("Sold out");
    case "closed":
      return t("Closed");
    case "draw":
      return t("Places are drawn");
    case "last":
      return tn("Only {n} left", "Only {n} left", card.left);
    case "open":
      return tn("{n} left", "{n} left", card.left);
  }
}

export function closesWords(card: Card, nowMs: number): string {
  if (!canBuy(card) || !card.closes_at) return "";
  return t("Closes in {time}", { time: formatSpan(card.closes_at - nowMs) });
}

/** Fires `buy` with the offer's id from the element that holds the card. */
export function buyButton(card: Card, from: HTMLElement, size = ""): TemplateResult {
  const press = () =>
    from.dispatchEvent(new CustomEvent("buy", { detail: card.id, bubbles: true, composed: true }));
  if (!canBuy(card)) {
    const words =
      card.standing === "planned" || card.standing === "draw"
        ? t("Soon")
        : card.standing === "sold_out"
          ? t("Sold out")
          : t("Closed");
    return html`<button class="button ${size}" disabled>${words}</button>`;
  }
  return html`<button
    class="button primary ${size}"
    aria-label=${t("Buy {title}", { title: card.title })}
    @click=${press}
  >
    ${t("Buy")}
  </button>`;
}

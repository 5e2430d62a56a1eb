/** What the card of a fair offer says, and its button. */
import { html, type TemplateResult } from "lit";
import { t, tn } from "../lib/text";
import { type FairPhase, type FairView, fairPhase, isForSale } from "../live/fair";
import type { Card } from "../live/offers";
import { buyButton, standingWords } from "./offer-parts";

const seconds = (ms: number) => Math.max(0, Math.ceil(ms / 1000));

/** One short line about the card's standing, for us. */
export function cardWords(card: Card, nowMs: number, view: FairView | null): string {
  const phase: FairPhase = view ? fairPhase(card, nowMs, view) : { kind: "ordinary" };
  switch (phase.kind) {
    case "ordinary":
      return standingWords(card, nowMs);
    case "soon":
      return t("Places are drawn");
    case "ready":
      return t("Get ready…");
    case "countdown":
      return tn("The call comes in {n} s", "The call comes in {n} s", seconds(phase.ms));
    case "open":
      return tn("Take part within {n} s", "Take part within {n} s", seconds(phase.ms));
    case "waiting":
      return t("You take part");
    case "drawing":
      return t("The places are being drawn…");
    case "result":
      return phase.drawn.outcome === "placed" ? t("You have a place") : t("No place this time");
  }
}

/** Fires `buy` or `enter` with the offer's id from the element that holds the card. */
export function cardButton(
  card: Card,
  from: HTMLElement,
  nowMs: number,
  view: FairView | null,
): TemplateResult {
  const phase: FairPhase = view ? fairPhase(card, nowMs, view) : { kind: "ordinary" };
  if (isForSale(card, phase)) return buyButton(card, from);
  const press = () =>
    from.dispatchEvent(
      new CustomEvent("enter", { detail: card.id, bubbles: true, composed: true }),
    );
  const words = buttonWords(phase);
  const off = ["soon", "ready", "countdown", "drawing"].includes(phase.kind);
  const isLoud = phase.kind === "open" || isPlaced(phase);
  return html`<button
    class="button ${isLoud ? "primary" : ""}"
    ?disabled=${off}
    aria-label=${`${words}: ${card.title}`}
    @click=${press}
  >
    ${words}
  </button>`;
}

function isPlaced(phase: FairPhase): boolean {
  return phase.kind === "result" && phase.drawn.outcome === "placed";
}

function buttonWords(phase: FairPhase): string {
  switch (phase.kind) {
    case "soon":
      return t("Soon");
    case "waiting":
      return t("My entry");
    case "result":
      return isPlaced(phase) ? t("My place") : t("Result");
    default:
      return t("Take part");
  }
}

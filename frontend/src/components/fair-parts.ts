/** What the card of a fair offer says, and its button. */
import { html, nothing, type TemplateResult } from "lit";
import { t, tn } from "../lib/text";
import { type FairPhase, type FairView, fairPhase, isForSale } from "../live/fair";
import type { Card } from "../live/offers";
import { basketButton } from "./basket";
import { buyButton, standingWords } from "./offer-parts";
import type { WaitPart } from "./wait-part";

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

/** All that can be done with a card: what came of one's own entry stays at hand beside the line. */
export function cardWays(
  card: Card,
  from: HTMLElement,
  nowMs: number,
  view: FairView | null,
  waits: WaitPart["view"],
): TemplateResult {
  const phase: FairPhase = view ? fairPhase(card, nowMs, view) : { kind: "ordinary" };
  const isInDraw = phase.kind !== "ordinary" && phase.kind !== "soon";
  const isOut = phase.kind === "result" && !isPlaced(phase);
  const line = isInDraw && !isOut ? null : (waits?.line.button(card, from, nowMs) ?? null);
  return html`<span class="ways">
    ${basketButton(card, from)}
    ${line}
    ${line && !isInDraw ? nothing : cardButton(card, from, phase)}
  </span>`;
}

/** Fires `buy` or `enter` with the offer's id from the element that holds the card. */
function cardButton(card: Card, from: HTMLElement, phase: FairPhase): TemplateResult {
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

/** The studio's run of offers: each as viewers see it, with what the host can do with it. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Offer } from "../generated/wire";
import { postJson } from "../lib/http";
import { icon } from "../lib/icons";
import { t, tn } from "../lib/text";
import { type Card, cards } from "../live/offers";
import type { RoomView } from "../live/room";
import { price, productImage } from "./offer-parts";
import { stateBadge } from "./studio-parts";

export interface OffersDesk {
  offers: Record<string, Offer>;
  /** The id of the offer that is held up; undefined where none is. */
  pin: string | undefined;
  nowMs: number;
  /** Whether this person may press anything, now. */
  mayPress: boolean;
  busy: boolean;
  act: (name: string, act: () => Promise<unknown>) => Promise<void>;
  /** Hold an offer up in the room; an empty id takes down what is there. */
  hold: (offerId: string) => Promise<unknown>;
}

export function runOfOffers(desk: OffersDesk): TemplateResult {
  const state = { offers: desk.offers } as RoomView["state"];
  const inOrder = cards(state, desk.nowMs).sort((a, b) => a.rank - b.rank);
  if (!inOrder.length) {
    return html`<p class="none">${t("Nothing on offer yet")}</p>`;
  }
  return html`<ul>
    ${repeat(
      inOrder,
      (card) => card.id,
      (card) => offer(desk, card),
    )}
  </ul>`;
}

function offer(desk: OffersDesk, card: Card): TemplateResult {
  const isPinned = desk.pin === card.id;
  return html`<li class=${isPinned ? "pinned" : ""}>
    ${productImage(card)}
    <div class="matter">
      <h3>${card.title}</h3>
      ${card.variant ? html`<p class="muted small-text">${card.variant}</p>` : nothing}
      <p class="facts figures">
        <span>${price(card)}</span>${stateBadge(card, desk.nowMs)}
        <span>${tn("{n} left", "{n} left", card.left)}</span>
      </p>
    </div>
    ${desk.mayPress ? buttons(desk, card, isPinned) : nothing}
  </li>`;
}

function buttons(desk: OffersDesk, card: Card, isPinned: boolean): TemplateResult {
  const press = (name: string, act: () => Promise<unknown>) => () => void desk.act(name, act);
  const pin = press("pin", () => desk.hold(isPinned ? "" : card.id));
  const open = press("open", () => postJson(`/api/offers/${card.id}/open`));
  const close = press("close", () => postJson(`/api/offers/${card.id}/close`));
  const named = (words: string) => `${words}: ${card.title}`;
  return html`<div class="button-row">
    <button class="button small" ?disabled=${desk.busy} aria-pressed=${isPinned} @click=${pin}
      aria-label=${named(isPinned ? t("Unpin") : t("Pin"))}>
      ${icon("pin")}${isPinned ? t("Unpin") : t("Pin")}
    </button>
    ${
      card.state === "open"
        ? html`<button class="button small danger" ?disabled=${desk.busy} @click=${close} aria-label=${named(t("Close"))}>
          ${t("Close")}
        </button>`
        : card.state === "planned"
          ? html`<button class="button small primary" ?disabled=${desk.busy} @click=${open} aria-label=${named(t("Open"))}>
            ${t("Open")}
          </button>`
          : nothing
    }
  </div>`;
}

/** What an offer's card says now: a pure reading of the room's state and the server's time. */
import type { Offer, RoomState } from "../generated/wire";

/** `draw`: its places are still to be drawn, so that nobody can buy yet. */
export type Standing = "planned" | "draw" | "open" | "last" | "sold_out" | "closed";

export interface Card extends Offer {
  id: string;
  left: number;
  standing: Standing;
}

/** So few, or so small a share, that it is worth saying. */
const FEW_LEFT = 5;
const FEW_SHARE = 0.15;

export function standing(offer: Offer, nowMs: number): Standing {
  if (offer.state === "closed") return "closed";
  if (offer.state === "planned") return "planned";
  if (offer.fair_window_ms && offer.fair?.stage !== "done") return "draw";
  if (offer.closes_at && nowMs >= offer.closes_at) return "closed";
  const left = offer.left ?? 0;
  if (left <= 0) return "sold_out";
  return left <= Math.max(FEW_LEFT, (offer.total ?? 0) * FEW_SHARE) ? "last" : "open";
}

export function canBuy(card: Card): boolean {
  return card.standing === "open" || card.standing === "last";
}

/** All offers as cards: what can be bought first, then what is to come, then the rest, each by rank. */
export function cards(state: RoomState | null, nowMs: number): Card[] {
  return Object.entries(state?.offers ?? {})
    .map(([id, offer]) => asCard(id, offer, nowMs))
    .sort(
      (a, b) => PLACE[a.standing] - PLACE[b.standing] || a.rank - b.rank || (a.id < b.id ? -1 : 1),
    );
}

export function pinned(state: RoomState | null, nowMs: number): Card | null {
  const id = state?.stage?.pin;
  const offer = id ? state?.offers?.[id] : undefined;
  return id && offer ? asCard(id, offer, nowMs) : null;
}

function asCard(id: string, offer: Offer, nowMs: number): Card {
  return { ...offer, id, left: offer.left ?? 0, standing: standing(offer, nowMs) };
}

const PLACE: Record<Standing, number> = {
  draw: 0,
  open: 0,
  last: 0,
  planned: 1,
  sold_out: 2,
  closed: 3,
};

/** Taking part in fair openings: what a card says now, and our own entries, kept over a reload. */
import type { Drawn, RoomState } from "../generated/wire";
import { type Card, canBuy } from "./offers";

/** Our entry, from the moment that we asked: with the same id and nonce it never becomes a second one. */
export interface Mine {
  id: string;
  nonce: string;
  openingId: string;
  /** What the room showed before we entered. */
  commitment: string;
  /** Our name in the list; empty until we are told that we are in it. */
  entrant: string;
  /** The list's root when the room first showed it, and how long after the close that was. */
  root?: string;
  rootAfterMs?: number;
  result?: Drawn;
}

/** `ms`: until then. After `done` an offer without an entry of ours is an ordinary one. */
export type FairPhase =
  | { kind: "ordinary" }
  | { kind: "soon" }
  | { kind: "ready" }
  | { kind: "countdown"; ms: number }
  | { kind: "open"; ms: number }
  | { kind: "waiting"; ms: number }
  | { kind: "drawing" }
  | { kind: "result"; drawn: Drawn };

/** What cards need to know beside the room's state. */
export interface FairView {
  mine(card: Card): Mine | undefined;
  /** Where the picture is in programme time; null while there is none. */
  pictureMs(): number | null;
}

/** The call comes with the picture, the end by the house's clock. */
export function fairPhase(card: Card, nowMs: number, view: FairView): FairPhase {
  if (!card.fair_window_ms) return { kind: "ordinary" };
  const mine = view.mine(card);
  if (mine?.result) return { kind: "result", drawn: mine.result };
  const { fair } = card;
  if (fair?.stage === "done") return { kind: "ordinary" };
  if (!fair || fair.stage === "void" || card.state === "planned") return { kind: "soon" };
  if (fair.stage === "promised") return { kind: "ready" };
  if (fair.stage !== "called" || nowMs > fair.closes_at) return { kind: "drawing" };
  if (mine?.entrant) return { kind: "waiting", ms: fair.closes_at - nowMs };
  const seenMs = Math.min(nowMs, view.pictureMs() ?? nowMs);
  if (seenMs < fair.call_at) return { kind: "countdown", ms: fair.call_at - seenMs };
  return { kind: "open", ms: fair.closes_at - nowMs };
}

/** Whether the card's button buys at once: also for who had no luck, where something is left. */
export function isForSale(card: Card, phase: FairPhase): boolean {
  if (phase.kind === "result") return phase.drawn.outcome !== "placed" && canBuy(card);
  return phase.kind === "ordinary";
}

interface EnteringRoom {
  newId(): string;
  enter(
    offerId: string,
    nonce: string,
    id: string,
  ): Promise<{ order_id: string; nonce: string; entrant: string; opening_id: string }>;
}

interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const NONCE_BYTES = 32;
/** A result that was lost on its way is asked for again after so long. */
const ASK_AGAIN_MS = 3_000;

export class Entries {
  #mine: Record<string, Mine> = {};
  #askedMs: Record<string, number> = {};

  constructor(
    private readonly room: EnteringRoom,
    private readonly key: string,
    private readonly changed: () => void,
    private readonly shelf: Shelf | undefined = globalThis.localStorage,
    private readonly now: () => number = Date.now,
  ) {
    try {
      this.#mine = JSON.parse(this.shelf?.getItem(this.key) ?? "{}") as Record<string, Mine>;
    } catch {
      // Kept by another version, or forbidden: the house still knows who entered.
    }
  }

  /** Our entry in the opening that the card shows; one of an earlier opening is none. */
  of(card: Card): Mine | undefined {
    const mine = this.#mine[card.id];
    return mine && mine.openingId === card.fair?.id ? mine : undefined;
  }

  /** Take part; asking again after a failure is the same entry again. */
  async enter(card: Card): Promise<void> {
    const mine = this.of(card) ?? {
      id: this.room.newId(),
      nonce: nonce(),
      openingId: card.fair?.id ?? "",
      commitment: card.fair?.commitment ?? "",
      entrant: "",
    };
    this.#keep(card.id, mine);
    const answer = await this.room.enter(card.id, mine.nonce, mine.id);
    // From another window or telephone we may have entered before: that entry counts.
    this.#keep(card.id, {
      ...mine,
      ...this.#mine[card.id],
      id: answer.order_id,
      nonce: answer.nonce,
      entrant: answer.entrant,
      openingId: answer.opening_id,
    });
  }

  heard(drawn: Drawn): void {
    const mine = this.#mine[drawn.offer_id];
    if (mine?.openingId === drawn.opening_id)
      this.#keep(drawn.offer_id, { ...mine, result: drawn });
  }

  /** Remember what the room shows of our draws, when it does. After a lost connection, or over HTTP,
   * the result may not have come by itself: ask for it. */
  look(state: RoomState | null): void {
    for (const [offerId, mine] of Object.entries(this.#mine)) {
      const fair = state?.offers?.[offerId]?.fair;
      if (fair?.id === mine.openingId && fair.root && !mine.root) {
        const rootAfterMs = Math.max(0, this.now() - fair.closes_at);
        this.#keep(offerId, { ...mine, root: fair.root, rootAfterMs });
        continue;
      }
      const isOver = fair?.stage === "done" || fair?.stage === "void";
      if (!isOver || fair.id !== mine.openingId || mine.result || !mine.entrant) continue;
      const nowMs = this.now();
      this.#askedMs[offerId] ??= nowMs;
      if (nowMs - this.#askedMs[offerId] < ASK_AGAIN_MS) continue;
      this.#askedMs[offerId] = nowMs;
      this.room.enter(offerId, mine.nonce, mine.id).catch(() => undefined);
    }
  }

  #keep(offerId: string, mine: Mine): void {
    this.#mine = { ...this.#mine, [offerId]: mine };
    try {
      this.shelf?.setItem(this.key, JSON.stringify(this.#mine));
    } catch {
      // A full or forbidden shelf: until this page is left we know it all the same.
    }
    this.changed();
  }
}

function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Draws in a room: what the card says now, our own entries, and the check of what was published. */
import type { Draw, DrawShown, GameResult, JoinAnswer, RoomState } from "../generated/wire";
import { firstPlaces, hex, rootOfNonces, sha256Hex } from "./fairness";

/** Our entry in a round. */
export interface MyEntry {
  nonce: string;
  /** What the room showed before we joined. */
  terms: string;
  commitment: string;
  /** Our name in the list; empty until we are told that we are in it. */
  name: string;
  /** The list's root when the room first showed it. */
  root?: string;
  result?: GameResult;
}

export interface DrawCard extends Draw {
  id: string;
}

/** `ms`: until then, by the house's clock. `result` waits for the picture. */
export type DrawPhase =
  | { kind: "soon"; ms: number }
  | { kind: "open"; ms: number; missing: number }
  | { kind: "joined"; ms: number; missing: number }
  | { kind: "drawing" }
  | { kind: "result"; stage: Draw["stage"]; winners: string[]; won: number };

/** The draw that the room is about: there is one at a time. */
export function drawCard(state: RoomState | null): DrawCard | null {
  const [found] = Object.entries(state?.draws ?? {});
  return found ? { id: found[0], ...found[1] } : null;
}

export function drawPhase(
  card: DrawCard,
  state: RoomState | null,
  nowMs: number,
  mine: MyEntry | undefined,
): DrawPhase {
  const shown = state?.stage?.draw;
  if (shown?.round_id === card.round_id) {
    return { kind: "result", stage: shown.stage, winners: winnersOf(shown), won: shown.won };
  }
  if (card.stage === "promised" || (card.stage === "open" && nowMs < card.opens_at)) {
    return { kind: "soon", ms: Math.max(0, card.opens_at - nowMs) };
  }
  const missing = Math.max(0, card.goal - card.entrants);
  const full = card.goal > 0 && missing === 0;
  if (card.stage !== "open" || nowMs > card.closes_at || full) return { kind: "drawing" };
  const ms = card.closes_at - nowMs;
  return { kind: mine?.name ? "joined" : "open", ms, missing };
}

/** What came out of the round before, while another one of the same draw is on. */
export function roundBefore(card: DrawCard, state: RoomState | null): DrawShown | null {
  const shown = state?.stage?.draw;
  return shown?.id === card.id && shown.round_id !== card.round_id ? shown : null;
}

export function winnersOf(shown: DrawShown): string[] {
  return shown.winners ? shown.winners.split("\n") : [];
}

interface GameRoom {
  newId(): string;
  join(roundId: string, nonce: string, id?: string): Promise<JoinAnswer>;
}

interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const NONCE_BYTES = 32;
const KEPT_MAX = 20;
/** A result that was lost on its way is asked for again after so long. */
const ASK_AGAIN_MS = 3_000;

export class GameEntries {
  #mine: Record<string, MyEntry> = {};
  #askedMs: Record<string, number> = {};

  constructor(
    private readonly room: GameRoom,
    private readonly key: string,
    private readonly changed: () => void,
    private readonly shelf: Shelf | undefined = globalThis.localStorage,
    private readonly now: () => number = Date.now,
  ) {
    try {
      this.#mine = JSON.parse(this.shelf?.getItem(key) ?? "{}") as Record<string, MyEntry>;
    } catch {
      // Kept by another version, or forbidden: the house still knows who joined.
    }
  }

  of(roundId: string): MyEntry | undefined {
    return this.#mine[roundId];
  }

  /** Take part; asking again after a failure is the same entry again. */
  async join(card: DrawCard): Promise<void> {
    const roundId = card.round_id;
    const mine = this.#mine[roundId] ?? fresh(card);
    this.#keep(roundId, mine);
    this.joined(await this.room.join(roundId, mine.nonce));
  }

  /** We are in, also by a word in the chat, or from another window before. */
  joined(answer: JoinAnswer, card?: DrawCard | null): void {
    const mine = this.#mine[answer.round_id] ?? (card ? fresh(card) : undefined);
    if (!mine) return;
    const { nonce, name } = answer;
    this.#keep(answer.round_id, { ...mine, nonce, name });
  }

  heard(result: GameResult): void {
    const mine = this.#mine[result.round_id];
    if (mine) this.#keep(result.round_id, { ...mine, result });
  }

  /** Remember what the room shows; a result that should be there may have been lost on its way. */
  look(state: RoomState | null): void {
    const card = drawCard(state);
    const mine = card && this.#mine[card.round_id];
    if (!card || !mine?.name) return;
    if (card.root && !mine.root) return this.#keep(card.round_id, { ...mine, root: card.root });
    const isOver = ["done", "unfilled", "void"].includes(card.stage);
    if (!isOver || mine.result) return;
    const nowMs = this.now();
    this.#askedMs[card.round_id] ??= nowMs;
    if (nowMs - (this.#askedMs[card.round_id] ?? 0) < ASK_AGAIN_MS) return;
    this.#askedMs[card.round_id] = nowMs;
    this.room.join(card.round_id, mine.nonce).catch(() => undefined);
  }

  #keep(roundId: string, mine: MyEntry): void {
    const rest = Object.entries({ ...this.#mine, [roundId]: mine }).slice(-KEPT_MAX);
    this.#mine = Object.fromEntries(rest);
    try {
      this.shelf?.setItem(this.key, JSON.stringify(this.#mine));
    } catch {
      // A full or forbidden shelf: until this page is left we know it all the same.
    }
    this.changed();
  }
}

function fresh(card: DrawCard): MyEntry {
  const nonce = hex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
  const { terms_hash: terms, commitment } = card;
  return { nonce, terms, commitment, name: "" };
}

// The check.

export interface LotRecord {
  protocol: string;
  draw_id: string;
  terms: string;
  terms_hash: string;
  commitment: string;
  seed: string;
  root: string;
  nonces: string;
  places: string[];
}

export type LotFinding = "form" | "terms" | "seed" | "root" | "order";
export type LotFindings = Partial<Record<LotFinding, boolean>>;

const PROTOCOL = "livehouse/fair/1";
const WORK = 2_000_000;
const NONCE_DIGITS = 64;
const PLACES_MAX = 100_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Look at everything in the order in which it happened; all must be true. */
export async function verifyLots(record: LotRecord, work = WORK): Promise<LotFindings> {
  const listed = isWhole(record) ? placesIn(record.terms) : null;
  if (listed === null) return { form: false };
  const nonces = record.nonces.match(/.{64}/g) ?? [];
  const list = await rootOfNonces(record.draw_id, nonces);
  if (new Set(list.names).size !== nonces.length) return { form: false };
  const drawn = await firstPlaces(record.draw_id, record.seed, record.root, list.names, work);
  return {
    form: true,
    terms: (await sha256Hex("terms", "", record.terms)) === record.terms_hash,
    seed: (await sha256Hex("seed", record.draw_id, record.seed)) === record.commitment,
    root: list.root === record.root,
    order: JSON.stringify(drawn.slice(0, listed)) === JSON.stringify(record.places),
  };
}

function placesIn(text: string): number | null {
  try {
    const terms = JSON.parse(text) as { prizes: { quantity: number }[]; reserves: number };
    const places = terms.prizes.reduce((sum, prize) => sum + prize.quantity, 0);
    const sound = Number.isInteger(places) && Number.isInteger(terms.reserves);
    return sound && places <= PLACES_MAX ? places + terms.reserves : null;
  } catch {
    return null;
  }
}

function isWhole(record: LotRecord): boolean {
  const { protocol, draw_id, terms, terms_hash, commitment, seed, root, nonces, places } = record;
  const isHex = (text: unknown) => typeof text === "string" && /^[0-9a-f]*$/.test(text);
  return (
    protocol === PROTOCOL &&
    UUID.test(draw_id) &&
    typeof terms === "string" &&
    [terms_hash, commitment, seed, root].every((text) => isHex(text) && text.length === 64) &&
    isHex(nonces) &&
    nonces.length % NONCE_DIGITS === 0 &&
    Array.isArray(places)
  );
}

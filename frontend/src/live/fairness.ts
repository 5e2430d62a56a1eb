/** Recomputes a draw from what was published of it, in the browser's own cryptography: docs/reference/fairness.md. */

export interface Entrant {
  id: string;
  nonce: string;
  quantity: number;
}

export interface DrawRecord {
  protocol: string;
  draw_id: string;
  commitment: string;
  seed: string;
  root: string;
  entrants: Entrant[];
  order: string[];
  outcomes: string[];
}

/** `names` follow from nonces; the other names say which part was looked at. */
export type Finding = "form" | "seed" | "names" | "root" | "order" | "places";
export type Findings = Partial<Record<Finding, boolean>>;

const PROTOCOL = "livehouse/fair/1";
const WORK = 2_000_000;
const PLACED = "placed";
const SOLD_OUT = "sold_out";
const QUANTITY_MAX = 2 ** 32 - 1;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Bytes = Uint8Array<ArrayBuffer>;

/** Whether this browser, on this address, lets pages compute hashes: only where the line is safe. */
export function canCheck(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

/** Look at everything in the order in which it happened; all must be true. */
export async function verify(record: DrawRecord, work = WORK): Promise<Findings> {
  if (!isWrittenWell(record)) return { form: false };
  const draw = fromHex(record.draw_id.replaceAll("-", ""));
  const seed = fromHex(record.seed);
  return {
    form: true,
    seed: toHex(await sha256(tag("seed"), draw, seed)) === record.commitment,
    names: await areNamesTheirs(record, draw),
    root: toHex(await rootOf(record.entrants)) === record.root,
    order: same(await orderOf(record, draw, seed, work), record.order),
    places: arePlacesInOrder(record),
  };
}

export async function rootOf(entrants: readonly Entrant[]): Promise<Bytes> {
  const written = [...entrants].sort((a, b) => (a.id < b.id ? -1 : 1));
  let level = await Promise.all(written.map((entrant) => sha256(LEAF, leafOf(entrant))));
  if (!level.length) return sha256();
  while (level.length > 1) {
    const pairs: Promise<Bytes>[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) {
      pairs.push(sha256(NODE, level[i] as Bytes, level[i + 1] as Bytes));
    }
    const above = await Promise.all(pairs);
    // A node without a neighbour goes up as it is.
    if (level.length % 2) above.push(level[level.length - 1] as Bytes);
    level = above;
  }
  return level[0] as Bytes;
}

async function areNamesTheirs(record: DrawRecord, draw: Bytes): Promise<boolean> {
  const names = await Promise.all(
    record.entrants.map((one) => sha256(tag("entrant"), draw, fromHex(one.nonce))),
  );
  return names.every((name, i) => toHex(name.subarray(0, 16)) === record.entrants[i]?.id);
}

async function orderOf(
  { root, entrants }: { root: string; entrants: readonly { id: string }[] },
  draw: Bytes,
  seed: Bytes,
  work: number,
): Promise<string[]> {
  const salt = joined(tag("order"), draw, fromHex(root));
  const password = await crypto.subtle.importKey("raw", seed, "PBKDF2", false, ["deriveBits"]);
  const stretching = { name: "PBKDF2", hash: "SHA-256", salt, iterations: work };
  const bits = await crypto.subtle.deriveBits(stretching, password, 256);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bits, hmac, false, ["sign"]);
  const places = await Promise.all(
    entrants.map(async ({ id }) => {
      const place = await crypto.subtle.sign("HMAC", key, fromHex(id));
      return { id, place: toHex(new Uint8Array(place)) };
    }),
  );
  return places.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ id }) => id);
}

// Draws with very many entrants have the same hashes and another record (`draws.ts`).

/** The names that follow from these nonces, and the root over their list. */
export async function rootOfNonces(
  drawId: string,
  nonces: readonly string[],
): Promise<{ names: string[]; root: string }> {
  const draw = fromHex(drawId.replaceAll("-", ""));
  const entrants = await Promise.all(
    nonces.map(async (nonce) => {
      const name = await sha256(tag("entrant"), draw, fromHex(nonce));
      return { id: toHex(name.subarray(0, 16)), nonce, quantity: 1 };
    }),
  );
  return { names: entrants.map(({ id }) => id), root: toHex(await rootOf(entrants)) };
}

/** These names in the drawn order. */
export function firstPlaces(
  drawId: string,
  seed: string,
  root: string,
  names: readonly string[],
  work: number,
): Promise<string[]> {
  const entrants = names.map((id) => ({ id }));
  return orderOf({ root, entrants }, fromHex(drawId.replaceAll("-", "")), fromHex(seed), work);
}

/** The hash of what follows a purpose and a draw's id: digits, or for the terms their text. */
export async function sha256Hex(purpose: string, drawId: string, text: string): Promise<string> {
  const matter = purpose === "terms" ? new TextEncoder().encode(text) : fromHex(text);
  return toHex(await sha256(tag(purpose), fromHex(drawId.replaceAll("-", "")), matter));
}

/** Nobody got a place behind somebody who wanted no more and was told that none is left. */
function arePlacesInOrder({ entrants, order, outcomes }: DrawRecord): boolean {
  if (!outcomes.length) return true;
  if (outcomes.length !== order.length) return false;
  const quantities = new Map(entrants.map(({ id, quantity }) => [id, quantity]));
  let refused = Number.POSITIVE_INFINITY;
  return order.every((id, i) => {
    const quantity = quantities.get(id) ?? 0;
    if (outcomes[i] === SOLD_OUT) refused = Math.min(refused, quantity);
    return outcomes[i] !== PLACED || quantity < refused;
  });
}

function isWrittenWell(record: DrawRecord): boolean {
  const { protocol, draw_id, commitment, seed, root, entrants, order, outcomes } = record;
  const whole = (one: Entrant) =>
    isHex(one.id, 32) &&
    isHex(one.nonce, 64) &&
    Number.isInteger(one.quantity) &&
    one.quantity >= 1 &&
    one.quantity <= QUANTITY_MAX;
  return (
    protocol === PROTOCOL &&
    UUID.test(draw_id) &&
    [commitment, seed, root].every((text) => isHex(text, 64)) &&
    [entrants, order, outcomes].every(Array.isArray) &&
    entrants.every(whole) &&
    new Set(entrants.map(({ id }) => id)).size === entrants.length
  );
}

function isHex(text: unknown, length: number): boolean {
  return typeof text === "string" && text.length === length && /^[0-9a-f]*$/.test(text);
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i]);
}

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

function leafOf({ id, nonce, quantity }: Entrant): Bytes {
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, quantity);
  return joined(fromHex(id), fromHex(nonce), count);
}

function tag(purpose: string): Bytes {
  return new TextEncoder().encode(`${PROTOCOL}/${purpose}\0`);
}

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

function joined(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function fromHex(text: string): Bytes {
  return new Uint8Array(text.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []);
}

export const hex = toHex;

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

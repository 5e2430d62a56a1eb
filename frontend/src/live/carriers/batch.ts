/** What goes into one `POST …/signals`: as much as the server reads at once, the rest with the next. */
import type { ClientMessage } from "../../generated/wire";

const COMMANDS_MAX = 32;
/** The server reads 16 kB; the ticket and the braces need some of it. */
const BYTES_MAX = 12_000;

export interface Batch {
  commands: ClientMessage[];
  rest: ClientMessage[];
}

export function batch(waiting: readonly ClientMessage[]): Batch {
  let bytes = 0;
  let taken = 0;
  for (const message of waiting.slice(0, COMMANDS_MAX)) {
    bytes += new TextEncoder().encode(JSON.stringify(message)).length + 1;
    if (taken && bytes > BYTES_MAX) break;
    taken += 1;
  }
  return { commands: waiting.slice(0, taken), rest: waiting.slice(taken) };
}

/** One more that waits: a request that waits already is not sent twice, and hearts are added up. */
export function withOne(
  waiting: readonly ClientMessage[],
  message: ClientMessage,
): ClientMessage[] {
  const others = waiting.filter((one) => !isSame(one, message));
  const same = waiting.find((one) => isSame(one, message));
  if (same?.type === "room.like" && message.type === "room.like") {
    return [...others, { ...message, count: Math.min(LIKES_MAX, same.count + message.count) }];
  }
  return [...others, message];
}

/** What may be sent once more when nobody knows whether it arrived: a sum would count twice. */
export function repeatable(commands: readonly ClientMessage[]): ClientMessage[] {
  return commands.filter((one) => "id" in one);
}

const LIKES_MAX = 50;

function isSame(a: ClientMessage, b: ClientMessage): boolean {
  if (a.type !== b.type) return false;
  return !("id" in a) || !("id" in b) || a.id === b.id;
}

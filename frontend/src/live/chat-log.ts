/** The lines of a chat as one viewer sees them: bounded, without doubles, own lines from the moment of sending. */
import type { Said } from "../generated/wire";

export const LINES_MAX = 200;

export interface ChatLine {
  /** "c" and the UUID that its author's client gave it. */
  id: string;
  author: string;
  name: string;
  text: string;
  role: string;
  /** "failed" may be tried again, "refused" not; "unshown" is kept, but the room is too busy to show it. */
  state: "sending" | "failed" | "refused" | "unshown" | "shown";
  reason: string;
}

export interface Purchase {
  id: string;
  name: string;
  offerId: string;
  quantity: number;
}

type Lines = readonly ChatLine[];

/** What was heard, put after what is there; a line of ours that comes back is the same line. */
export function heard(lines: Lines, says: readonly Said[]): Lines {
  const result = [...lines];
  const places = new Map(result.map((line, i) => [line.id, i]));
  for (const said of says) {
    const line = asLine(said);
    if (!line) continue;
    const place = places.get(line.id);
    if (place === undefined) places.set(line.id, result.push(line) - 1);
    else result[place] = line;
  }
  return result.slice(-LINES_MAX);
}

export function sending(lines: Lines, line: Omit<ChatLine, "state" | "reason">): Lines {
  const others = lines.filter((one) => one.id !== line.id);
  return [...others, { ...line, state: "sending" as const, reason: "" }].slice(-LINES_MAX);
}

/** An answer about a line of ours; a line that was heard meanwhile stays as it is. */
export function answered(lines: Lines, id: string, state: ChatLine["state"], reason = ""): Lines {
  return lines.map((line) =>
    line.id === id && line.state !== "shown" ? { ...line, state, reason } : line,
  );
}

export function retracted(lines: Lines, ids: readonly string[]): Lines {
  const gone = new Set(ids);
  return lines.filter((line) => !gone.has(line.id));
}

export function purchases(says: readonly Said[]): Purchase[] {
  return says.flatMap(([id, name, offerId, quantity]) =>
    typeof id === "string" && id.startsWith("p") && typeof name === "string"
      ? [{ id, name, offerId: String(offerId), quantity: Number(quantity) || 1 }]
      : [],
  );
}

function asLine([id, author, name, text, role]: Said): ChatLine | null {
  if (typeof id !== "string" || !id.startsWith("c") || typeof text !== "string") return null;
  return {
    id,
    author: String(author),
    name: String(name),
    text,
    role: String(role ?? "viewer"),
    state: "shown",
    reason: "",
  };
}

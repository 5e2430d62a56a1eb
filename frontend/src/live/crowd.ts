/** What the crowd does together, as cards to draw: quizzes, red packets, applause, questions. */
import type { Packets, Quiz, RoomState } from "../generated/wire";

/** What is over stays to be seen for so long. */
export const AFTER_MS = 45_000;
const APPLAUSE_AFTER_MS = 8_000;
/** How loud a clap still is after this: half. */
const HALF_MS = 2_000;
/** So many claps of each viewer within moments, and it is nearly as loud as can be. */
const CLAPS_EACH = 3;

export interface QuizCard extends Quiz {
  id: string;
  isOpen: boolean;
}

export interface PacketsCard extends Packets {
  id: string;
  phase: "soon" | "falling" | "over";
}

export interface ApplauseCard {
  title: string;
  goal: number;
  claps: number;
  restMs: number;
  isReached: boolean;
}

export interface QuestionRow {
  id: string;
  text: string;
  by: string;
  raised: number;
}

export function quizCard(state: RoomState | null, now: number): QuizCard | null {
  const [found] = Object.entries(state?.quizzes ?? {});
  if (!found || now > found[1].closes_at + AFTER_MS) return null;
  const [id, quiz] = found;
  return { id, ...quiz, isOpen: quiz.state === "open" && now < quiz.closes_at };
}

export function packetsCard(state: RoomState | null, now: number): PacketsCard | null {
  const [found] = Object.entries(state?.packets ?? {});
  if (!found || now > found[1].closes_at + AFTER_MS) return null;
  const [id, drop] = found;
  const isOver = drop.state === "ended" || now > drop.closes_at || drop.taken >= drop.count;
  return { id, ...drop, phase: isOver ? "over" : now < drop.opens_at ? "soon" : "falling" };
}

export function applauseCard(state: RoomState | null, now: number): ApplauseCard | null {
  const { title = "", goal = 1, closes_at = 0, base = 0 } = state?.applause ?? {};
  if (!title || now > closes_at + APPLAUSE_AFTER_MS) return null;
  const claps = Math.max(0, (state?.counts.claps ?? 0) - base);
  return { title, goal, claps, restMs: closes_at - now, isReached: claps >= goal };
}

/** Those that the room shows, in the order of the queue. */
export function questionRows(state: RoomState | null): QuestionRow[] {
  return Object.entries(state?.questions?.board ?? {})
    .sort(([, a], [, b]) => a.rank - b.rank)
    .map(([id, { text, by, raised }]) => ({ id, text, by, raised }));
}

/** How loud a room claps: it rises with every clap and falls by half every two seconds. */
export class Loudness {
  #energy = 0;
  #claps: number | null = null;
  #at = 0;

  /** From 0 to 1, for a room with so many viewers. */
  hear(claps: number, viewers: number, nowMs: number): number {
    const passed = Math.max(0, nowMs - this.#at);
    const fresh = this.#claps === null ? 0 : Math.max(0, claps - this.#claps);
    this.#energy = this.#energy * 0.5 ** (passed / HALF_MS) + fresh;
    this.#claps = claps;
    this.#at = nowMs;
    return 1 - Math.exp(-this.#energy / (Math.max(1, viewers) * CLAPS_EACH));
  }
}

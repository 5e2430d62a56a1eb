/** What is done with the acts of a run-sheet while it is written. */
import type { Act, Cue, CueKind } from "../generated/wire";

export function newAct(id: string): Act {
  return { id, title: "", seconds: 300, people: "", script: "", offers: [], cues: [], cast: [] };
}

export function newCue(id: string, kind: CueKind): Cue {
  return { id, kind, at_seconds: null, target: "", text: "" };
}

/** The acts with the one at `from` put to `to`; beyond the ends it goes as far as it can. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = [...items];
  const [item] = rest.splice(from, 1);
  if (item !== undefined) rest.splice(Math.max(0, to), 0, item);
  return rest;
}

/** When each act begins, in ms, one after the other. */
export function planned(acts: readonly Act[], startsAtMs: number): number[] {
  let at = startsAtMs;
  return acts.map((act) => {
    const begins = at;
    at += act.seconds * 1000;
    return begins;
  });
}

/** "4:30" or "1:02:03" as seconds, a bare number as minutes; null for what is neither. */
export function typedSpan(text: string): number | null {
  const parts = text.trim().split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d{1,4}$/.test(part))) return null;
  const numbers = parts.map(Number);
  if (numbers.length === 1) return (numbers[0] ?? 0) * 60;
  return numbers.reduce((sum, part) => sum * 60 + part, 0);
}

export function writtenSpan(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  return h ? `${h}:${two(m)}:${two(seconds % 60)}` : `${m}:${two(seconds % 60)}`;
}

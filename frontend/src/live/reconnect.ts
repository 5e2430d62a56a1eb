/** What to do after the socket has closed: a pure decision from code, reason and what happened before. */
import { CLOSE } from "../generated/wire";

export type NextStep =
  | {
      kind: "retry";
      delayMs: number;
      fromKeyframe: boolean;
      /** Follow by HTTP meanwhile, and at once. */
      bySegments: boolean;
    }
  | { kind: "ended" }
  | { kind: "refused"; code: "no_such_run" | "banned" };

export interface Troubles {
  /** Attempts in a row that led to no steady connection. */
  attempt: number;
  /** How often a connection was lost within the last minutes. */
  losses: number;
  /** Over so long the server wants a crowd spread that it lost without a word. */
  scatterMs: number;
}

const DELAY_MS_FIRST = 400;
const DELAY_MS_MAX = 20_000;
const CROWDED_MS = 5_000;
const RESTART_MS_MAX = 60_000;
const AWAY_MS_MAX = 600_000;
/** While HTTP carries the room there is no hurry. */
const CARRIED_DELAY_MS_MAX = 60_000;
const REFUSED_ATTEMPTS = 1;
const LOSSES_MAX = 3;
const SHAKY_MS = 10_000;

/** `random` is in [0, 1): jitter keeps a crowd from coming back in one instant. */
export function afterClose(
  code: number,
  reason: string,
  troubles: Troubles,
  random: number,
): NextStep {
  const { attempt } = troubles;
  switch (code) {
    case CLOSE.runEnded:
      return { kind: "ended" };
    case CLOSE.noSuchRun:
      return { kind: "refused", code: "no_such_run" };
    case CLOSE.banned:
      return { kind: "refused", code: "banned" };
    case CLOSE.restart:
      return retry(retryIn(reason) ?? backoff(attempt, random));
    case CLOSE.tooManyConnections:
      return { ...retry(away(reason, attempt, random)), bySegments: true };
    case CLOSE.tooSlow:
      return unsteady({ ...troubles, attempt: Math.max(0, attempt - 1), scatterMs: 0 }, random);
    case CLOSE.protocolError:
    case CLOSE.tooBig:
      return { ...retry(backoff(attempt + 1, random)), fromKeyframe: true };
    default:
      return unsteady(troubles, random);
  }
}

/** Doubling from 400 ms to 20 s, each drawn from its upper half. */
export function backoff(attempt: number, random: number, topMs = DELAY_MS_MAX): number {
  const top = Math.min(topMs, DELAY_MS_FIRST * 2 ** Math.min(attempt, 16));
  return Math.round(top / 2 + (top / 2) * random);
}

/** Refused twice in a row, or lost again and again: then HTTP is better than another try. */
function unsteady({ attempt, losses, scatterMs }: Troubles, random: number): NextStep {
  if (attempt < REFUSED_ATTEMPTS && losses < LOSSES_MAX) {
    return retry(Math.max(backoff(attempt, random), Math.round(scatterMs * random)));
  }
  const rest = losses < LOSSES_MAX ? 0 : SHAKY_MS * (1 + random);
  const delayMs = Math.max(rest, backoff(attempt, random, CARRIED_DELAY_MS_MAX));
  return { ...retry(delayMs), bySegments: true };
}

/** A full node says when there may be room again; not all of those it sent away come in that instant. */
function away(reason: string, attempt: number, random: number): number {
  const retryMs = retryIn(reason, AWAY_MS_MAX);
  if (retryMs === null) return CROWDED_MS + backoff(attempt, random);
  return Math.round(retryMs * (1 + random / 2));
}

function retry(delayMs: number): NextStep & { kind: "retry" } {
  return { kind: "retry", delayMs, fromKeyframe: false, bySegments: false };
}

function retryIn(reason: string, maxMs = RESTART_MS_MAX): number | null {
  try {
    const { retry_ms } = JSON.parse(reason) as { retry_ms?: unknown };
    if (typeof retry_ms !== "number" || !Number.isFinite(retry_ms) || retry_ms < 0) return null;
    return Math.min(retry_ms, maxMs);
  } catch {
    return null;
  }
}

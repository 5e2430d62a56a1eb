/** What to do after the connection has closed: a pure decision from code, reason and number of attempts. */
import { CLOSE } from "../generated/wire";

export type NextStep =
  | { kind: "retry"; delayMs: number; fromKeyframe: boolean }
  | { kind: "ended" }
  | { kind: "refused"; code: "no_such_run" | "banned" };

const DELAY_MS_FIRST = 400;
const DELAY_MS_MAX = 20_000;
const CROWDED_MS = 5_000;
const RESTART_MS_MAX = 60_000;

/** `random` is in [0, 1): jitter keeps a crowd from coming back in one instant. */
export function afterClose(
  code: number,
  reason: string,
  attempt: number,
  random: number,
): NextStep {
  switch (code) {
    case CLOSE.runEnded:
      return { kind: "ended" };
    case CLOSE.noSuchRun:
      return { kind: "refused", code: "no_such_run" };
    case CLOSE.banned:
      return { kind: "refused", code: "banned" };
    case CLOSE.restart:
      return retry(restartDelay(reason) ?? backoff(attempt, random));
    case CLOSE.tooManyConnections:
      return retry(CROWDED_MS + backoff(attempt, random));
    case CLOSE.tooSlow:
      return retry(backoff(Math.max(0, attempt - 1), random));
    case CLOSE.protocolError:
    case CLOSE.tooBig:
      return retry(backoff(attempt + 1, random), true);
    default:
      return retry(backoff(attempt, random));
  }
}

/** Doubling from 400 ms to 20 s, each drawn from its upper half. */
export function backoff(attempt: number, random: number): number {
  const top = Math.min(DELAY_MS_MAX, DELAY_MS_FIRST * 2 ** Math.min(attempt, 16));
  return Math.round(top / 2 + (top / 2) * random);
}

function retry(delayMs: number, fromKeyframe = false): NextStep {
  return { kind: "retry", delayMs, fromKeyframe };
}

function restartDelay(reason: string): number | null {
  try {
    const told = (JSON.parse(reason) as { retry_ms?: unknown }).retry_ms;
    if (typeof told !== "number" || !Number.isFinite(told) || told < 0) return null;
    return Math.min(told, RESTART_MS_MAX);
  } catch {
    return null;
  }
}

/** Tells the house how the picture arrives: its start, stalls, distance and form, about once a minute. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { csrfToken } from "../lib/http";
import type { PictureState, Playback } from "./playback";
import { formPlayed } from "./qualities";

const LOOK_MS = 1_000;
const FIRST_MS = 15_000;
const EVERY_MS = 60_000;
/** The most that the house believes of any span. */
const SPAN_MS_MAX = 600_000;
const RUN = /\/live\/([0-9a-f-]{36})\//;

export interface Report {
  played_ms: number;
  stalled_ms: number;
  stalls: number;
  form: string;
  start_ms: number | null;
  behind_ms: number | null;
}

/** Adds up what happens to one picture; no timers, so that it can be tried with any times. */
export class Tally {
  #was: PictureState = "none";
  #atMs = 0;
  #played = 0;
  #stalled = 0;
  #stalls = 0;

  /** The picture is in this state now. What stands still before it has played is no stall. */
  see(state: PictureState, nowMs: number): void {
    const spent = Math.max(0, nowMs - this.#atMs);
    if (this.#was === "playing") this.#played += spent;
    if (isStall(this.#was)) this.#stalled += spent;
    if (this.#was === "playing" && isStall(state)) this.#stalls += 1;
    this.#was = state;
    this.#atMs = nowMs;
  }

  /** What was added up since the last time; null while nothing has played. */
  take(): Pick<Report, "played_ms" | "stalled_ms" | "stalls"> | null {
    if (!this.#played) return null;
    const told = {
      played_ms: bounded(this.#played),
      stalled_ms: bounded(this.#stalled),
      stalls: Math.min(this.#stalls, 1_000),
    };
    this.#played = this.#stalled = this.#stalls = 0;
    return told;
  }
}

interface Player extends ReactiveControllerHost {
  readonly src: string;
  readonly picture: PictureState;
  readonly playback: Playback | null;
}

export class Viewing implements ReactiveController {
  #tally = new Tally();
  #src = "";
  #startTold = false;
  #dueMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly player: Player) {
    player.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    addEventListener("pagehide", this.#tell);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    removeEventListener("pagehide", this.#tell);
    this.#tell();
  }

  hostUpdated(): void {
    if (this.player.src !== this.#src) {
      this.#src = this.player.src;
      this.#tally = new Tally();
      this.#startTold = false;
      this.#dueMs = performance.now() + FIRST_MS;
    }
    this.#see();
  }

  #see(): void {
    // Who rewinds or watches a recording is not behind anything.
    const live = this.player.playback?.hasForms;
    this.#tally.see(live ? this.player.picture : "none", performance.now());
  }

  #look(): void {
    this.#see();
    if (performance.now() < this.#dueMs) return;
    this.#dueMs = performance.now() + EVERY_MS;
    this.#tell();
  }

  readonly #tell = (): void => {
    const { playback } = this.player;
    const run = RUN.exec(this.#src)?.[1];
    if (!run || !playback?.hasForms) return;
    const told = this.#tally.take();
    if (!told) return;
    const programme = playback.programmeMs();
    const report: Report = {
      ...told,
      form: formPlayed(playback),
      start_ms: this.#startTold ? null : believable(playback.startMs),
      behind_ms: programme === null ? null : believable(Date.now() - programme),
    };
    this.#startTold = true;
    void fetch(`/live/${run}/viewing`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
      credentials: "same-origin",
      keepalive: true,
      body: JSON.stringify(report),
    }).catch(() => {});
  };
}

function isStall(state: PictureState): boolean {
  return state === "buffering" || state === "interrupted";
}

function bounded(ms: number): number {
  return Math.round(Math.min(Math.max(0, ms), SPAN_MS_MAX));
}

/** A clock that is wrong, or a picture that was held for long, tells nothing. */
function believable(ms: number | null): number | null {
  return ms === null || ms < 0 || ms > SPAN_MS_MAX ? null : Math.round(ms);
}

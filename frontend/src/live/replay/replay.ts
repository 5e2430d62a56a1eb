/** The room of a recorded show: chat, offers and counts as they were at the picture's moment. */
import type { RoomState, Said } from "../../generated/wire";
import type { FetchFrames } from "../carriers/segments";
import { backoff } from "../reconnect";
import type { Replica } from "../replica";
import { Audience, type Heard, type RoomListener, type RoomView } from "../room";
import { Reel } from "./reel";
import { isJump, landed, played, standing } from "./tape";

/** After a jump so many lines stand in the chat, from so many segments before it at most. */
const LINES_WANTED = 12;
const LINES_MAX = 200;
const BACK_SEGMENTS_MAX = 20;
const AHEAD_SEGMENTS = 2;

export class Replay implements Heard {
  readonly clock = { now: (): number => this.#pictureMs ?? 0 };
  readonly #audience = new Audience();
  readonly #leave = new AbortController();
  readonly #reel: Reel;
  #opened = false;
  /** How far the picture has come since the last jump. */
  #pictureMs: number | null = null;
  #replica: Replica | null = null;
  /** The segment that is being played; null while a jump is under way. */
  #segment: number | null = null;
  #jumps = 0;
  /** What was said and taken back since the last jump. */
  #says: Said[] = [];
  #retracted = new Set<string>();

  constructor(
    fetch: FetchFrames,
    private readonly random: () => number = Math.random,
  ) {
    this.#reel = new Reel(fetch, this.#leave.signal);
  }

  get view(): RoomView {
    return this.#audience.view;
  }

  listen(listener: RoomListener): () => void {
    return this.#audience.listen(listener);
  }

  start(): void {
    void this.#open(0);
  }

  stop(): void {
    this.#leave.abort();
    this.#jumps += 1;
  }

  pictureAt(programmeMs: number | null): void {
    if (programmeMs === null || programmeMs === this.#pictureMs) return;
    const jumps = isJump(this.#pictureMs, programmeMs);
    this.#pictureMs = jumps ? programmeMs : Math.max(programmeMs, this.#pictureMs ?? 0);
    if (!this.#opened) return;
    if (jumps) void this.#jump();
    else this.#playOn();
  }

  async #open(attempt: number): Promise<void> {
    const found = await this.#reel.open();
    if (this.#leave.signal.aborted) return;
    if (found === "away") {
      setTimeout(() => void this.#open(attempt + 1), backoff(attempt, this.random()));
      return;
    }
    if (found === "none") return this.#audience.show({ connection: "ended" });
    this.#opened = true;
    this.#audience.show({ connection: "live", carrier: "segments" });
    if (this.#pictureMs !== null) void this.#jump();
  }

  /** Begin anew where the picture is: the room first, then the lines that stand in the chat there. */
  async #jump(): Promise<void> {
    this.#jumps += 1;
    const jump = this.#jumps;
    const isOver = () => jump !== this.#jumps;
    this.#segment = null;
    const target = this.#reel.segmentAt(this.#pictureMs ?? 0);
    let found = target;
    let frames = await this.#reel.load(found);
    while (!frames.length && target - found < BACK_SEGMENTS_MAX && this.#reel.holds(found - 1)) {
      if (isOver()) return;
      found -= 1;
      frames = await this.#reel.load(found);
    }
    if (isOver()) return;
    const here = landed(frames, this.#pictureMs ?? 0);
    this.#replica = here.replica;
    this.#says = here.says;
    this.#retracted = new Set(here.retracted);
    this.#segment = target;
    this.#showState();
    this.#audience.tell((one) => one.jumped?.(this.#lines([])));
    await this.#lookBack(found, isOver);
    this.#playOn();
  }

  async #lookBack(from: number, isOver: () => boolean): Promise<void> {
    const before: Said[] = [];
    for (let segment = from - 1; segment > from - 1 - BACK_SEGMENTS_MAX; segment -= 1) {
      if (before.length >= LINES_WANTED || !this.#reel.holds(segment)) break;
      const frames = await this.#reel.load(segment);
      if (isOver()) return;
      before.unshift(...frames.flatMap((frame) => frame.says ?? []).filter(isLine));
      for (const id of frames.flatMap((frame) => frame.retract ?? [])) this.#retracted.add(id);
    }
    if (before.length) this.#audience.tell((one) => one.jumped?.(this.#lines(before)));
  }

  #lines(before: readonly Said[]): Said[] {
    return standing([...before, ...this.#says].filter(isLine), this.#retracted, LINES_MAX);
  }

  #playOn(): void {
    const untilMs = this.#pictureMs ?? 0;
    const last = this.#reel.segmentAt(untilMs);
    while (this.#segment !== null && this.#segment <= last) {
      const frames = this.#reel.ready(this.#segment);
      if (!frames) {
        void this.#playOnWith(this.#segment);
        break;
      }
      this.#take(played(this.#replica, frames, untilMs));
      if (this.#segment === last) break;
      this.#segment += 1;
    }
    const from = this.#segment ?? last;
    for (let segment = from; segment <= from + AHEAD_SEGMENTS; segment += 1) {
      if (this.#reel.holds(segment)) void this.#reel.load(segment);
    }
  }

  /** A paused picture does not ask again by itself. */
  async #playOnWith(segment: number): Promise<void> {
    await this.#reel.load(segment);
    if (!this.#leave.signal.aborted) this.#playOn();
  }

  #take({ replica, says, retracted }: ReturnType<typeof played>): void {
    if (replica === this.#replica) return;
    this.#replica = replica;
    this.#says = [...this.#says, ...says].slice(-LINES_MAX);
    for (const id of retracted) this.#retracted.add(id);
    this.#showState();
    this.#audience.tell((one) => {
      if (says.length) one.said?.(says);
      if (retracted.length) one.retracted?.(retracted);
    });
  }

  #showState(): void {
    const state = this.#replica?.state as unknown as RoomState | undefined;
    if (state) this.#audience.show({ state });
  }
}

function isLine([id]: Said): boolean {
  return String(id).startsWith("c");
}

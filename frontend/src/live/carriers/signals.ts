/** What a viewer without a socket does, sent by POST: together, every half second at most; it also says who is here. */
import type { ClientMessage, ServerMessage } from "../../generated/wire";
import { Refused } from "../../lib/http";
import type { Pass } from "../pass";
import { backoff } from "../reconnect";
import { batch, repeatable, withOne } from "./batch";
import type { Ears } from "./carrier";
import type { SignalsAnswer } from "./documents";

export interface Post {
  signals(ticket: string, commands: ClientMessage[]): Promise<SignalsAnswer>;
}

const TOGETHER_MS = 500;
/** A crowd that lost its sockets in one instant does not say so in one instant. */
const ARRIVE_MS_MAX = 2_000;
const AGAIN_MS_MIN = 1_000;
const AGAIN_MS_MAX = 60_000;
const WAITING_MAX = 64;

export class Signals {
  #waiting: ClientMessage[] = [];
  /** Asked a second time, and not a third. */
  #repeated = new Set<ClientMessage>();
  #failures = 0;
  #asking = false;
  #stopped = false;
  #dueMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly http: Post,
    private readonly pass: Pass,
    private readonly ears: Ears,
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  start(): void {
    this.#within(ARRIVE_MS_MAX * this.random());
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  send(message: ClientMessage): boolean {
    // Every answer tells the time, and a join is what the ticket is.
    if (message.type === "ping" || message.type === "join") return true;
    if (this.#waiting.length >= WAITING_MAX) return false;
    this.#waiting = withOne(this.#waiting, message);
    // After a failure the next try waits for its own time.
    if (!this.#failures) this.#within(TOGETHER_MS);
    return true;
  }

  /** Post in `ms` at the latest. */
  #within(ms: number): void {
    const dueMs = this.now() + ms;
    if (this.#stopped || this.#asking || dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#post(), ms);
  }

  async #post(): Promise<void> {
    this.#asking = true;
    const { commands, rest } = batch(this.#waiting);
    this.#waiting = rest;
    let ms: number;
    try {
      const ticket = await this.#ticket();
      ms = ticket ? await this.#ask(ticket, commands) : this.#later(commands);
    } catch (error) {
      ms = this.#failed(error, commands);
    }
    this.#asking = false;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#within(ms);
  }

  async #ticket(): Promise<string> {
    try {
      return await this.pass.get();
    } catch (error) {
      if (!this.#stopped) this.ears.unadmitted(error);
      return "";
    }
  }

  async #ask(ticket: string, commands: ClientMessage[]): Promise<number> {
    const sentMs = this.now();
    const answer = await this.http.signals(ticket, commands);
    if (this.#stopped) return 0;
    this.#failures = 0;
    for (const one of answer.answers) this.ears.answered(one);
    this.ears.time(answer.server_ms, sentMs);
    this.#askAgain(commands, answer.answers);
    if (this.#waiting.length) return TOGETHER_MS;
    return Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS_MIN, answer.again_ms));
  }

  /** What found no answer in time is asked once more: it may have come to another node. */
  #askAgain(commands: readonly ClientMessage[], answers: readonly ServerMessage[]): void {
    const answered = new Set(answers.map((one) => ("id" in one ? one.id : "")));
    const missing = repeatable(commands).filter((one) => "id" in one && !answered.has(one.id));
    const again = missing.filter((one) => !this.#repeated.has(one));
    this.#repeated = new Set(again);
    for (const one of again) this.#waiting = withOne(this.#waiting, one);
  }

  #failed(error: unknown, commands: ClientMessage[]): number {
    const { status, code, message } = error instanceof Refused ? error : UNREACHABLE;
    if (status === UNAUTHORIZED) {
      this.pass.spoil();
      this.#waiting = [...commands, ...this.#waiting];
      return backoff(this.#failures++, this.random());
    }
    if (UNREADABLE.has(status) && !this.#stopped) {
      for (const one of repeatable(commands)) {
        if ("id" in one) this.ears.answered({ type: "refused", id: one.id, code, message });
      }
      return backoff(this.#failures++, this.random());
    }
    return this.#later(commands);
  }

  #later(commands: readonly ClientMessage[]): number {
    this.#waiting = [...repeatable(commands), ...this.#waiting].slice(0, WAITING_MAX);
    return backoff(this.#failures++, this.random());
  }
}

const UNAUTHORIZED = 401;
/** Sending the same once more would be refused once more. */
const UNREADABLE = new Set([400, 413, 422]);
const UNREACHABLE = { status: 0, code: "", message: "" };

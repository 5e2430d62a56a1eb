/** A viewer's connection to a room: joins, resumes, checks what it hears, and asks for what its owner wants. */
import {
  type ChatAnswer,
  CLOSE,
  type ClientMessage,
  type Frame,
  type OrderAnswer,
  type RoomState,
  type Said,
  type ServerMessage,
  type Welcome,
} from "../generated/wire";
import { Refused } from "../lib/http";
import { ServerClock } from "./clock";
import { uuid7 } from "./identifiers";
import { afterClose } from "./reconnect";
import { fold, type Replica } from "./replica";
import { type Request, Requests } from "./requests";
import { StageHold } from "./stage";

export type Connection = "connecting" | "live" | "resuming" | "ended" | "refused";

export interface RoomView {
  connection: Connection;
  /** Why the room refused us: "no_such_run", "banned", or the refusal's code. */
  refusal: string;
  you: Welcome["you"] | null;
  /** The room with its stage held back to the picture; null before the first keyframe. */
  state: RoomState | null;
  /** How often the copy differed or had a gap and was fetched anew. */
  resyncs: number;
}

export interface RoomListener {
  view?(view: RoomView): void;
  said?(says: Said[]): void;
  retracted?(ids: string[]): void;
  /** A refusal that answers no request of ours. */
  refused?(refusal: Refused): void;
}

/** The part of WebSocket that we use, so that tests can stand in for it. */
export interface Socket {
  send(text: string): void;
  close(code: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

export interface RoomOutside {
  ticket(): Promise<string>;
  connect(): Socket;
  now?: () => number;
  random?: () => number;
}

const QUIET_MS = 12_000;
const SILENT_MS_MAX = 25_000;
const WATCH_MS = 4_000;
const PROBE_MS_MAX = 4_000;
const STEADY_MS = 5_000;
const OPEN_MS_MAX = 12_000;
const LIKES_MS = 400;
const LIKES_MAX = 50;
const CLOSED_BY_US = 4900;

export class RoomClient {
  readonly clock: ServerClock;
  readonly #outside: Required<RoomOutside>;
  readonly #requests = new Requests();
  readonly #hold = new StageHold();
  readonly #listeners = new Set<RoomListener>();
  #view: RoomView = { connection: "connecting", refusal: "", you: null, state: null, resyncs: 0 };
  #replica: Replica | null = null;
  #socket: Socket | null = null;
  #attempt = 0;
  #joined = false;
  #running = false;
  #pictureMs: number | null = null;
  #heardMs = 0;
  /** When we sent the pings that are not answered yet, oldest first. */
  #pings: number[] = [];
  #likes = 0;
  #likesTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #steadyTimer: Timer | undefined;
  #watchTimer: ReturnType<typeof setInterval> | undefined;

  constructor(outside: RoomOutside) {
    this.#outside = { now: Date.now, random: Math.random, ...outside };
    this.clock = new ServerClock(this.#outside.now);
  }

  get view(): RoomView {
    return this.#view;
  }

  listen(listener: RoomListener): () => void {
    this.#listeners.add(listener);
    listener.view?.(this.#view);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#watchTimer = setInterval(() => this.#watch(), WATCH_MS);
    globalThis.addEventListener?.("online", this.#onOnline);
    globalThis.document?.addEventListener("visibilitychange", this.#onVisible);
    void this.#open();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    clearInterval(this.#watchTimer);
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#steadyTimer);
    clearTimeout(this.#likesTimer);
    globalThis.removeEventListener?.("online", this.#onOnline);
    globalThis.document?.removeEventListener("visibilitychange", this.#onVisible);
    this.#requests.failAll("left");
    this.#drop(1000, "left");
  }

  /** The picture's programme time, or null while there is no moving picture to wait for. */
  pictureAt(programmeMs: number | null): void {
    this.#pictureMs = programmeMs;
    if (this.#hold.reach(programmeMs)) this.#showState();
  }

  /** Say something; with the id of an earlier try it is the same line again. */
  say(text: string, id = this.newId()): Promise<ChatAnswer> {
    return this.#ask({ type: "chat.say", id, text }) as Promise<ChatAnswer>;
  }

  /** Buy; with the id of an earlier try it is the same order again, never a second one. */
  buy(offerId: string, quantity: number, id = this.newId()): Promise<OrderAnswer> {
    return this.#ask({
      type: "orders.buy",
      id,
      offer_id: offerId,
      quantity,
    }) as Promise<OrderAnswer>;
  }

  /** Hearts are collected for a moment and sent as a sum. */
  like(count = 1): void {
    this.#likes = Math.min(LIKES_MAX, this.#likes + count);
    this.#likesTimer ??= setTimeout(() => {
      this.#likesTimer = undefined;
      if (this.#likes && this.#send({ type: "room.like", count: this.#likes })) this.#likes = 0;
    }, LIKES_MS);
  }

  newId(): string {
    return uuid7(this.#outside.now());
  }

  #ask(request: Request): ReturnType<Requests["add"]> {
    const { connection } = this.#view;
    if (connection === "ended" || connection === "refused") {
      return Promise.reject(
        new Refused(connection === "ended" ? "run_ended" : "not_connected", ""),
      );
    }
    const answer = this.#requests.add(request);
    if (this.#joined) this.#send(request);
    return answer;
  }

  async #open(): Promise<void> {
    clearTimeout(this.#retryTimer);
    if (!this.#running) return;
    let ticket: string;
    try {
      ticket = await this.#outside.ticket();
    } catch (error) {
      this.#ticketFailed(error);
      return;
    }
    if (!this.#running || this.#socket) return;
    const socket = this.#outside.connect();
    this.#socket = socket;
    this.#heardMs = this.#outside.now();
    this.#retryTimer = setTimeout(() => this.#lost(socket, 1006, ""), OPEN_MS_MAX);
    socket.onopen = () => {
      const since = this.#replica ? { since: this.#replica.n } : {};
      socket.send(JSON.stringify({ type: "join", ticket, ...since }));
    };
    socket.onmessage = (event) => this.#hear(socket, event.data);
    socket.onclose = (event) => this.#lost(socket, event.code, event.reason);
  }

  #ticketFailed(error: unknown): void {
    const status = error instanceof Refused ? error.status : 0;
    if (status === 404) this.#finish("refused", "no_such_run");
    else if (status === 403) this.#finish("refused", (error as Refused).code);
    else this.#retry(1006, "");
  }

  #hear(socket: Socket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== "string") return;
    this.#heardMs = this.#outside.now();
    const message = JSON.parse(data) as ServerMessage | Frame;
    if ("type" in message) this.#answered(message);
    else this.#frame(message);
  }

  #answered(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "pong":
        return this.clock.sample(message.server_ms, this.#pings.shift());
      case "refused":
        if (this.#requests.refuse(message)) return;
        for (const one of this.#listeners)
          one.refused?.(new Refused(message.code, message.message));
        return;
      case "chat.said":
      case "orders.bought":
        return this.#requests.answer(message);
      default:
        // A newer server may say more than we know.
        return;
    }
  }

  #welcomed(welcome: Welcome): void {
    clearTimeout(this.#retryTimer);
    this.#joined = true;
    this.clock.restart();
    this.clock.sample(welcome.server_ms);
    this.#ping();
    this.#steadyTimer = setTimeout(() => {
      this.#attempt = 0;
    }, STEADY_MS);
    this.#show({ connection: "live", you: welcome.you });
    for (const request of this.#requests.all()) this.#send(request);
  }

  #frame(frame: Frame): void {
    const folded = fold(this.#replica, frame);
    switch (folded.kind) {
      case "stale":
        return;
      case "gap":
        return this.#resync(this.#replica);
      case "differs":
        return this.#resync(null);
      case "applied":
        this.#replica = folded.replica;
        this.#hold.put(folded.replica.state, frame.at, this.#pictureMs);
        this.#showState();
        for (const one of this.#listeners) {
          if (frame.says?.length) one.said?.(frame.says);
          if (frame.retract?.length) one.retracted?.(frame.retract);
        }
    }
  }

  /** Come back to continue from `from`, or from a keyframe if nothing of ours can be trusted. */
  #resync(from: Replica | null): void {
    this.#replica = from;
    this.#view = { ...this.#view, resyncs: this.#view.resyncs + 1 };
    this.#drop(CLOSED_BY_US, "resync");
    this.#retry(1006, "");
  }

  #lost(socket: Socket, code: number, reason: string): void {
    if (socket !== this.#socket) return;
    this.#drop(CLOSED_BY_US, "lost");
    if (code === CLOSE.protocolError || code === CLOSE.tooBig) this.#requests.failAll("invalid");
    this.#retry(code, reason);
  }

  #retry(code: number, reason: string): void {
    if (!this.#running) return;
    const step = afterClose(code, reason, this.#attempt, this.#outside.random());
    if (step.kind === "ended") return this.#finish("ended", "");
    if (step.kind === "refused") return this.#finish("refused", step.code);
    this.#attempt += 1;
    if (step.fromKeyframe) this.#replica = null;
    this.#show({ connection: this.#view.you ? "resuming" : "connecting" });
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#open(), step.delayMs);
  }

  #finish(connection: "ended" | "refused", refusal: string): void {
    this.#requests.failAll(connection === "ended" ? "run_ended" : refusal);
    this.#show({ connection, refusal });
    this.stop();
  }

  /** Let go of the socket without waiting for its answer. */
  #drop(code: number, reason: string): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#joined = false;
    this.#pings = [];
    clearTimeout(this.#steadyTimer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(code, reason);
    } catch {
      // It was closed already.
    }
  }

  #watch(): void {
    if (!this.#socket || !this.#joined) return;
    const silentMs = this.#outside.now() - this.#heardMs;
    if (silentMs > SILENT_MS_MAX) this.#lost(this.#socket, 1006, "");
    else if (silentMs > QUIET_MS && (this.#pings.at(-1) ?? 0) <= this.#heardMs) this.#ping();
  }

  /** Ask at once whether the line still stands, and do not wait long for the answer. */
  #probe(): void {
    const socket = this.#socket;
    if (!socket || !this.#joined) {
      this.#attempt = 0;
      if (!socket && this.#view.connection !== "ended") void this.#open();
      return;
    }
    const askedMs = this.#outside.now();
    this.#ping();
    setTimeout(() => {
      if (socket === this.#socket && this.#heardMs < askedMs) this.#lost(socket, 1006, "");
    }, PROBE_MS_MAX);
  }

  readonly #onOnline = (): void => this.#probe();

  readonly #onVisible = (): void => {
    if (document.visibilityState === "visible") this.#probe();
  };

  #ping(): void {
    if (this.#send({ type: "ping" })) this.#pings.push(this.#outside.now());
  }

  #send(message: ClientMessage): boolean {
    if (!this.#socket || !this.#joined) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #showState(): void {
    if (!this.#replica) return;
    const state = { ...this.#replica.state, stage: this.#hold.shown };
    this.#show({ state: state as unknown as RoomState });
  }

  #show(change: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...change };
    for (const one of this.#listeners) one.view?.(this.#view);
  }
}

type Timer = ReturnType<typeof setTimeout>;

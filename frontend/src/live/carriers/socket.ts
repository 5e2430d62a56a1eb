/** The room over a WebSocket: one connection, from its ticket to its end. */
import type { ClientMessage, Frame, ServerMessage } from "../../generated/wire";
import type { Pass } from "../pass";
import type { Carrier, Ears } from "./carrier";

/** The part of WebSocket that we use, so that tests can stand in for it. */
export interface Socket {
  send(text: string): void;
  close(code: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

export interface SocketEars extends Ears {
  /** The newest frame that is known, or null when a keyframe is needed. */
  since(): number | null;
  /** The connection is gone; told once. */
  lost(code: number, reason: string): void;
}

const QUIET_MS = 12_000;
const SILENT_MS_MAX = 25_000;
const WATCH_MS = 4_000;
const PROBE_MS_MAX = 4_000;
const OPEN_MS_MAX = 12_000;
const GONE = 1006;
const CLOSED_BY_US = 4900;

export class SocketCarrier implements Carrier {
  #socket: Socket | null = null;
  #joined = false;
  #stopped = false;
  #heardMs = 0;
  /** When we sent the pings that are not answered yet, oldest first. */
  #pings: number[] = [];
  #openTimer: ReturnType<typeof setTimeout> | undefined;
  #probeTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly connect: () => Socket,
    private readonly pass: Pass,
    private readonly ears: SocketEars,
    private readonly now: () => number,
  ) {}

  start(): void {
    void this.#open();
  }

  stop(code = CLOSED_BY_US, reason = "lost"): void {
    this.#stopped = true;
    clearTimeout(this.#openTimer);
    clearTimeout(this.#probeTimer);
    clearInterval(this.#watchTimer);
    const socket = this.#socket;
    this.#socket = null;
    this.#joined = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(code, reason);
    } catch {
      // It was closed already.
    }
  }

  send(message: ClientMessage): boolean {
    if (!this.#socket || !this.#joined) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Ask at once whether the line still stands, and do not wait long for the answer. */
  probe(): void {
    if (!this.#joined) return;
    const askedMs = this.now();
    this.#ping();
    clearTimeout(this.#probeTimer);
    this.#probeTimer = setTimeout(() => {
      if (this.#heardMs < askedMs) this.#lost(GONE, "");
    }, PROBE_MS_MAX);
  }

  async #open(): Promise<void> {
    let ticket: string;
    try {
      ticket = await this.pass.get();
    } catch (error) {
      if (!this.#stopped) this.ears.unadmitted(error);
      return;
    }
    if (this.#stopped) return;
    const socket = this.connect();
    this.#socket = socket;
    this.#openTimer = setTimeout(() => this.#lost(GONE, ""), OPEN_MS_MAX);
    socket.onopen = () => {
      const n = this.ears.since();
      const since = n === null ? {} : { since: n };
      socket.send(JSON.stringify({ type: "join", ticket, ...since }));
    };
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = (event) => this.#lost(event.code, event.reason);
  }

  #hear(data: unknown): void {
    if (typeof data !== "string") return;
    this.#heardMs = this.now();
    const message = JSON.parse(data) as ServerMessage | Frame;
    if (!("type" in message)) return this.ears.frame(message);
    if (message.type === "pong") {
      return this.ears.time(message.server_ms, this.#pings.shift() ?? this.#heardMs);
    }
    this.ears.answered(message);
    if (message.type === "welcome") this.#welcomed();
  }

  #welcomed(): void {
    clearTimeout(this.#openTimer);
    this.#joined = true;
    this.#watchTimer = setInterval(() => this.#watch(), WATCH_MS);
    this.#ping();
    this.ears.joined();
  }

  #lost(code: number, reason: string): void {
    if (this.#stopped) return;
    this.stop();
    this.ears.lost(code, reason);
  }

  #watch(): void {
    const silentMs = this.now() - this.#heardMs;
    if (silentMs > SILENT_MS_MAX) this.#lost(GONE, "");
    else if (silentMs > QUIET_MS && (this.#pings.at(-1) ?? 0) <= this.#heardMs) this.#ping();
  }

  #ping(): void {
    if (this.send({ type: "ping" })) this.#pings.push(this.now());
  }
}

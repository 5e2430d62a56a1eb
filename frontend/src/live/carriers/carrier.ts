/** What carries a room to its viewer, and the viewer's signals back: two of them, which say the same. */
import type { ClientMessage, Frame, ServerMessage } from "../../generated/wire";

export interface Carrier {
  start(): void;
  /** Let go at once; nothing more is told. */
  stop(): void;
  /** False when it cannot be carried now. */
  send(message: ClientMessage): boolean;
}

/** What a carrier tells; none of it may be told after `stop`. */
export interface Ears {
  /** The way is open: what is waiting may be sent. */
  joined(): void;
  frame(frame: Frame): void;
  answered(message: ServerMessage): void;
  /** The server's time, and the local time of asking for it. */
  time(serverMs: number, sentMs: number): void;
  /** No ticket was to be had. */
  unadmitted(error: unknown): void;
}

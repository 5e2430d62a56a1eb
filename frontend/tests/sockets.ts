/** A WebSocket that tests hold in their hands. */
import type { Frame, ServerMessage } from "../src/generated/wire";
import type { Socket } from "../src/live/carriers/socket";

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  closed: number | null = null;
  /** Set by tests that let their conductor speak to it. */
  isIn = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code: number): void {
    this.closed = code;
    this.isIn = false;
  }
  hear(message: ServerMessage | Frame): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  break(code: number, reason = ""): void {
    this.isIn = false;
    this.onclose?.({ code, reason });
  }
  asked(type: string): Record<string, unknown>[] {
    return this.sent.filter((message) => message.type === type);
  }
}

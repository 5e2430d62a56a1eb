/** Connects a `RoomClient` to the real browser: tickets over HTTP, a WebSocket beside them. */
import type { ShowInfo, TicketAnswer } from "../generated/wire";
import { postJson } from "../lib/http";
import { RoomClient, type Socket } from "./client";

export function openRoom(show: ShowInfo): RoomClient | null {
  const { run, addresses } = show;
  if (!run || !addresses) return null;
  const url = new URL(addresses.socket, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return new RoomClient({
    ticket: async () => (await postJson<TicketAnswer>("/api/tickets", { run: run.id })).ticket,
    connect: () => new WebSocket(url) as unknown as Socket,
  });
}

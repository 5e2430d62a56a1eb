/** Connects a room to the real browser: tickets over HTTP, a WebSocket, and plain HTTP beside it. */
import type { ShowInfo, TicketAnswer } from "../generated/wire";
import { getPlain, postJson } from "../lib/http";
import type { SignalsAnswer } from "./carriers/documents";
import type { FetchFrames } from "./carriers/segments";
import type { Socket } from "./carriers/socket";
import { RoomClient } from "./client";
import type { Heard } from "./room";

export function openRoom(show: ShowInfo): RoomClient | null {
  const { run, addresses } = show;
  if (!run || !addresses) return null;
  const url = new URL(addresses.socket, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return new RoomClient({
    ticket: async () => (await postJson<TicketAnswer>("/api/tickets", { run: run.id })).ticket,
    connect: () => new WebSocket(url) as unknown as Socket,
    http: {
      frames: framesAt(addresses.frames),
      signals: (ticket, commands) =>
        postJson<SignalsAnswer>(`${addresses.socket}/signals`, { ticket, commands }),
    },
  });
}

/** The room of a show that is over; its script is loaded by those who watch one. */
export async function openReplay(show: ShowInfo): Promise<Heard> {
  const { Replay } = await import("./replay/replay");
  return new Replay(framesAt(show.addresses?.frames ?? ""));
}

/** `base` is the address of a run's `frames/`, which may be on another host. */
export function framesAt(base: string): FetchFrames {
  const folder = new URL(base, location.href);
  return (path, signal) => getPlain(new URL(path, folder), signal);
}

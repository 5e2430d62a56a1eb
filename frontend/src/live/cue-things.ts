/** What the cues of a run-sheet can name, by the rooms within its reach. */
import type { Cue, CueKind, CueRoom, CueRooms, CueThing } from "../generated/wire";
import { getJson } from "../lib/http";

/** Kinds that name a thing of a room. */
export const NAMING: readonly CueKind[] = [
  "pin",
  "open",
  "draw",
  "vote",
  "quiz",
  "packets",
  "drop",
];

export async function askRooms(slug: string): Promise<readonly CueRoom[]> {
  return (await getJson<CueRooms>(`/api/shows/${slug}/cue-things`)).rooms;
}

export function thingsOf(room: CueRoom | undefined, kind: CueKind): readonly CueThing[] {
  return room?.things[kind] ?? [];
}

/** The room whose thing a cue names; undefined where no room has it. */
export function roomOf(cue: Cue, rooms: readonly CueRoom[]): CueRoom | undefined {
  return rooms.find((room) => thingsOf(room, cue.kind).some((one) => one.id === cue.target));
}

/** The room to choose from: whose thing it is, else the one that was chosen, else one's own. */
export function chosenRoom(
  cue: Cue,
  rooms: readonly CueRoom[],
  chosen: string | undefined,
): CueRoom | undefined {
  const owner = cue.target ? roomOf(cue, rooms) : undefined;
  return owner ?? rooms.find((room) => room.slug === chosen) ?? rooms[0];
}

/** What a cue is about, in its own name; empty for what nobody can name here. */
export function nameOfCue(cue: Cue, rooms: readonly CueRoom[]): string {
  if (!cue.target) return "";
  if (cue.kind === "invite") return rooms.find((room) => room.slug === cue.target)?.title ?? "";
  const room = roomOf(cue, rooms);
  const title = thingsOf(room, cue.kind).find((one) => one.id === cue.target)?.title ?? "";
  return room && room.relation !== "own" ? `${title} (${room.title})` : title;
}

/** Rooms whose things cues of this sheet can name: one's own, and those that a stage leads. */
export function reached(rooms: readonly CueRoom[]): CueRoom[] {
  return rooms.filter((room) => room.relation === "asked" || Object.keys(room.things).length > 0);
}

/** What viewers are told of a show's programme: what is on, what is next, and when. */
import type { RoomState } from "../generated/wire";

export interface Coming {
  id: string;
  title: string;
  people: string;
  startsAt: number;
  endsAt: number;
  state: "played" | "on" | "coming";
}

/** The acts in order as of `nowMs`. While an act takes longer than it was to, all behind it waits. */
export function programmeOf(state: RoomState | null, nowMs: number): Coming[] {
  const acts = Object.entries(state?.programme ?? {}).sort(([, a], [, b]) => a.rank - b.rank);
  const on = acts.findIndex(([id]) => id === state?.stage?.act);
  let free = 0;
  return acts.map(([id, act], place) => {
    const isOn = place === on;
    const played = on >= 0 ? place < on : act.ends_at <= nowMs;
    const startsAt = isOn || played ? act.starts_at : Math.max(act.starts_at, free);
    const length = act.ends_at - act.starts_at;
    const endsAt = isOn ? Math.max(act.ends_at, nowMs) : startsAt + length;
    free = endsAt;
    return {
      id,
      title: act.title,
      people: act.people,
      startsAt,
      endsAt,
      state: isOn ? "on" : played ? "played" : "coming",
    };
  });
}

export function nextOf(acts: readonly Coming[]): Coming | null {
  return acts.find((act) => act.state === "coming") ?? null;
}

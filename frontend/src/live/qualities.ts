/** The forms of a live picture, by the names of their playlists (see decision 0118). */

import type { Playback } from "./playback";

export const AUTO = "auto";
export const SOURCE = "source";
export const AUDIO = "audio";

const FORMS = new Set([SOURCE, "540p", "360p"]);
const NAME = /([^/]+)\.m3u8(?:\?.*)?$/;

interface Level {
  uri: string;
}

/** Which form a playlist holds. */
export function formOf(uri: string): string {
  const name = NAME.exec(uri)?.[1] ?? "";
  return name === "index" ? SOURCE : name;
}

/** The sizes on offer below the source's own, the largest first. */
export function sizes(levels: readonly Level[]): string[] {
  const found = levels.map(({ uri }) => formOf(uri)).filter((name) => /^\d+p$/.test(name));
  return found.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
}

/** The number of a form among the levels; -1, which lets hls.js choose, where it is not there. */
export function levelOf(levels: readonly Level[], form: string): number {
  return levels.findIndex(({ uri }) => formOf(uri) === form);
}

/** Which form is played now, in the words of a report. */
export function formPlayed(playback: Pick<Playback, "hls" | "soundAlone">): string {
  if (playback.soundAlone) return AUDIO;
  const { hls } = playback;
  const form = formOf(hls?.levels[hls.currentLevel]?.uri ?? "");
  return FORMS.has(form) ? form : "other";
}

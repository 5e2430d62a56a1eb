/** What stands beside a recording: its small pictures, chapters, captions, and its timeline. */
import { getJson } from "../lib/http";
import { type Cue, readCues } from "./webvtt";

export interface Piece {
  at: number;
  starts: number;
  lasts: number;
}

export interface Extras {
  chapters: { start: number; end: number; title: string }[];
  languages: string[];
}

export interface Thumb {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Line {
  at: number;
  until: number;
  text: string;
}

const RUN = /\/live\/([0-9a-f-]{36})\//;
const NOTHING: Extras = { chapters: [], languages: [] };

export class Recorded {
  /** Where the video lies, which may be another host than ours. */
  readonly #video: string;
  readonly #run: string;

  constructor(playlist: string) {
    this.#video = playlist.replace(/[^/]*$/, "");
    this.#run = RUN.exec(playlist)?.[1] ?? "";
  }

  /** All that was recorded so far, in the source's size. */
  get dvr(): string {
    return `${this.#video}dvr.m3u8`;
  }

  /** The same in all sizes that there are, for players that choose. */
  get rewind(): string {
    return `${this.#video}rewind.m3u8`;
  }

  async pieces(): Promise<Piece[]> {
    const text = await plain(`${this.#video}timeline.json`);
    return text ? (JSON.parse(text) as { pieces: Piece[] }).pieces : [];
  }

  async thumbs(): Promise<Cue[]> {
    return readCues(await plain(`${this.#video}thumbs.vtt`));
  }

  /** Where on which sheet the small picture of a cue is. */
  thumb(cue: Cue): Thumb | null {
    const found = /^(.*)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(cue.text);
    if (!found) return null;
    const [x = 0, y = 0, width = 0, height = 0] = found.slice(2).map(Number);
    return { url: `${this.#video}${found[1]}`, x, y, width, height };
  }

  async extras(): Promise<Extras> {
    try {
      return await getJson<Extras>(`/live/${this.#run}/extras.json`);
    } catch {
      return NOTHING;
    }
  }

  async captions(language: string): Promise<Cue[]> {
    return readCues(await plain(`/live/${this.#run}/captions/${language}.vtt`));
  }

  /** The newest captions of a show that is on, by the programme's time. */
  async lines(language: string): Promise<Cue[]> {
    const text = await plain(`/live/${this.#run}/captions/${language}.json`);
    const { lines } = text ? (JSON.parse(text) as { lines: Line[] }) : { lines: [] };
    return lines.map(({ at, until, text: words }) => ({ start: at, end: until, text: words }));
  }
}

/** The time of the programme at a place of the recording (ms). */
export function programmeAt(pieces: readonly Piece[], recordedMs: number): number | null {
  const piece = pieces.findLast((one) => one.starts <= recordedMs) ?? pieces[0];
  return piece ? piece.at + Math.min(Math.max(0, recordedMs - piece.starts), piece.lasts) : null;
}

/** How long it is (ms). */
export function lasts(pieces: readonly Piece[]): number {
  const last = pieces.at(-1);
  return last ? last.starts + last.lasts : 0;
}

/** What is not there, or does not come, is as if it were empty. */
async function plain(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(8_000) });
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}

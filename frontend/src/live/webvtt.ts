/** Reads the WebVTT files that our own server writes: captions, chapters, small pictures. */
export interface Cue {
  /** In ms from the beginning of the recording. */
  start: number;
  end: number;
  text: string;
}

const TIMES = /^(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3}) --> (?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/;
const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export function readCues(file: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of file.replaceAll("\r\n", "\n").split(/\n{2,}/)) {
    const [times, ...words] = block.trim().split("\n");
    const found = TIMES.exec(times ?? "");
    if (!found) continue;
    const [start, end] = [ms(found.slice(1, 5)), ms(found.slice(5, 9))];
    const text = words.join("\n").replace(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
    cues.push({ start, end, text });
  }
  return cues;
}

/** The last cue that stands at that moment. */
export function cueAt(cues: readonly Cue[], at: number): Cue | null {
  return cues.findLast((cue) => cue.start <= at && at < cue.end) ?? null;
}

function ms(parts: (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0, rest = 0] = parts.map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
}

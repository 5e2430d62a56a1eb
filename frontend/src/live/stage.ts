/** Holds what belongs to the picture (`stage`) until the picture has come as far. */
import type { Document, Value } from "../generated/wire";
import { canonical } from "./canonical";

/** So many changes can wait; a viewer who paused for longer sees the oldest of them go. */
const WAITING_MAX = 256;

export class StageHold {
  #shown: Value = {};
  #waiting: { at: number; stage: Value }[] = [];
  #started = false;

  /** The stage to show now. */
  get shown(): Value {
    return this.#shown;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Take in the stage of a frame; `pictureMs` is the picture's programme time, null without a picture. */
  put(state: Document, at: number, pictureMs: number | null): boolean {
    const stage = state.stage ?? {};
    if (!this.#started) {
      // On arrival there is nothing older to show, and an empty stage would be wrong for longer.
      this.#started = true;
      this.#shown = stage;
      return true;
    }
    const newest = this.#waiting.at(-1)?.stage ?? this.#shown;
    if (newest !== stage && canonical(newest) !== canonical(stage)) {
      this.#waiting.push({ at, stage });
      if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    }
    return this.reach(pictureMs);
  }

  /** The picture has come to `pictureMs`; without a picture nothing waits. True when the shown stage changed. */
  reach(pictureMs: number | null): boolean {
    let changed = false;
    for (;;) {
      const next = this.#waiting[0];
      if (!next || (pictureMs !== null && pictureMs < next.at)) return changed;
      this.#waiting.shift();
      this.#shown = next.stage;
      changed = true;
    }
  }

  /** Start over: the next stage shows at once. */
  clear(): void {
    this.#waiting = [];
    this.#started = false;
  }
}

/** Holds what belongs to the picture (`stage`) in step with it: also for who rewinds. */
import type { Document, Value } from "../generated/wire";
import { canonical } from "./canonical";

/** So many changes are kept; who paused or rewinds for longer loses the oldest of them. */
const KEPT_MAX = 256;
/** What stood on the stage on arrival has stood there for a while: so long, for all we know. */
const ARRIVED_MS = 30_000;

export class StageHold {
  #shown: Value = {};
  /** Every change since arrival, in their order. */
  #known: { at: number; stage: Value }[] = [];

  /** The stage to show now. */
  get shown(): Value {
    return this.#shown;
  }

  get waiting(): number {
    return this.#known.length - 1 - this.#known.findLastIndex(({ stage }) => stage === this.#shown);
  }

  /** Take in the stage of a frame; `pictureMs` is the picture's programme time, null without a picture. */
  put(state: Document, at: number, pictureMs: number | null): boolean {
    const stage = state.stage ?? {};
    const newest = this.#known.at(-1)?.stage;
    if (newest === undefined) {
      // On arrival there is nothing older to show, and an empty stage would be wrong for longer.
      this.#known.push({ at: at - ARRIVED_MS, stage });
      this.#shown = stage;
      return true;
    }
    if (newest !== stage && canonical(newest) !== canonical(stage)) {
      this.#known.push({ at, stage });
      if (this.#known.length > KEPT_MAX) this.#known.shift();
    }
    return this.reach(pictureMs);
  }

  /** The picture is at `pictureMs`; without a picture nothing waits. True when the shown stage changed. */
  reach(pictureMs: number | null): boolean {
    const found =
      pictureMs === null ? this.#known.at(-1) : this.#known.findLast(({ at }) => at <= pictureMs);
    // What stood there before we came nobody has told us.
    const stage = found?.stage ?? (this.#known.length ? {} : this.#shown);
    if (stage === this.#shown || (!found && canonical(this.#shown) === "{}")) return false;
    this.#shown = stage;
    return true;
  }

  /** Start over: the next stage shows at once. */
  clear(): void {
    this.#known = [];
  }
}

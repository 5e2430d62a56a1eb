/** Follows a show through its life: asks for news while it waits, opens its room while a run is on, and the recorded room after it. */
import type { Offer, WatchedShow } from "../generated/wire";
import { getJson } from "../lib/http";
import type { RoomClient } from "./client";
import { openRoom } from "./open";
import type { Heard, RoomListener } from "./room";

export type Phase = "soon" | "on" | "over" | "cancelled";

const NEWS_MS = 5_000;

/** A run that is on counts before the show's own state: staff also see rehearsals. */
export function phaseOf(show: WatchedShow): Phase {
  if (show.run?.state === "live") return "on";
  if (show.state === "ended") return "over";
  return show.state === "cancelled" ? "cancelled" : "soon";
}

export class ShowSession {
  room: RoomClient | null = null;
  /** The recorded room of a show that is over. */
  replay: Heard | null = null;
  #show: WatchedShow;
  #runId = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #going = false;
  #unlisten: (() => void) | null = null;

  constructor(
    show: WatchedShow,
    private readonly listener: RoomListener,
    private readonly changed: (show: WatchedShow) => void,
    private readonly open: (show: WatchedShow) => RoomClient | null = openRoom,
    /** Not given where nobody watches recordings. */
    private readonly openRecorded?: (show: WatchedShow) => Promise<Heard>,
  ) {
    this.#show = show;
  }

  get show(): WatchedShow {
    return this.#show;
  }

  start(): void {
    this.#going = true;
    this.#follow();
    if (phaseOf(this.#show) !== "on" && !this.#show.offers) void this.#askOffers();
  }

  stop(): void {
    this.#going = false;
    clearTimeout(this.#timer);
    this.#close();
  }

  /** Ask the server how the show stands. */
  async refresh(): Promise<void> {
    try {
      const news = await getJson<WatchedShow>(`/api/shows/${this.#show.slug}`);
      if (this.#going) this.take(news);
    } catch {
      // The next asking will tell.
    }
    this.#schedule();
  }

  /** A room tells its offers; before it opens and after it has closed they are asked for. */
  async #askOffers(): Promise<void> {
    try {
      const path = `/api/shows/${this.#show.slug}/offers`;
      const { offers } = await getJson<{ offers?: (Offer & { id: string })[] }>(path);
      if (!offers || !this.#going) return;
      this.take({ ...this.#show, offers: Object.fromEntries(offers.map((one) => [one.id, one])) });
    } catch {
      // The page is of use without them.
    }
  }

  /** News of the show, from the server's answer to whatever was asked. */
  take(news: WatchedShow): void {
    this.#show = { ...this.#show, ...news };
    this.#follow();
  }

  #follow(): void {
    const { run } = this.#show;
    const on = phaseOf(this.#show) === "on" && run ? run.id : "";
    if (on !== this.#runId) {
      this.#close();
      this.#runId = on;
      if (on) this.#enter();
    }
    if (this.#show.state === "ended" && !on) void this.#watchAgain();
    this.changed(this.#show);
    this.#schedule();
  }

  #enter(): void {
    const room = this.open(this.#show);
    if (!room) return;
    this.room = room;
    const stopped = room.listen({
      view: ({ connection, state }) => {
        const over = connection === "ended" || connection === "refused";
        if (over || state?.show.state === "ended") this.#schedule();
      },
    });
    const unlisten = room.listen(this.listener);
    this.#unlisten = () => {
      stopped();
      unlisten();
    };
    room.start();
  }

  async #watchAgain(): Promise<void> {
    if (!this.openRecorded || this.replay || !this.#show.addresses) return;
    let replay: Heard;
    try {
      replay = await this.openRecorded(this.#show);
    } catch {
      // The recording is of use without its room.
      return;
    }
    if (!this.#going || this.replay || this.room) return;
    this.replay = replay;
    this.#unlisten = replay.listen(this.listener);
    replay.start();
    this.changed(this.#show);
  }

  #close(): void {
    this.#unlisten?.();
    this.#unlisten = null;
    this.room?.stop();
    this.room = null;
    this.replay?.stop();
    this.replay = null;
  }

  /** While the room tells all, nothing is asked; a crowd that waits does not ask in one instant. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#going || !this.#waits()) return;
    const delayMs = NEWS_MS * (0.6 + Math.random() * 0.8);
    this.#timer = setTimeout(() => void this.refresh(), delayMs);
  }

  #waits(): boolean {
    const phase = phaseOf(this.#show);
    if (phase === "soon") return true;
    if (phase !== "on") return false;
    const view = this.room?.view;
    if (!view) return false;
    const shutOut = view.connection === "refused" && view.refusal !== "no_such_run";
    const left = view.connection === "ended" || view.connection === "refused";
    return !shutOut && (left || view.state?.show.state === "ended");
  }
}

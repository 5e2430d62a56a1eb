/** Plays a live picture or a recording in a video element: hls.js where it runs, else the browser's own HLS. */
import type Hls from "hls.js";
import type { ErrorData, HlsConfig } from "hls.js";
import { Distance, FAR_SECONDS } from "./distance";
import { ShownPicture } from "./shown-picture";

export type PictureState =
  /** Nothing to play. */
  | "none"
  | "loading"
  | "playing"
  | "paused"
  | "buffering"
  /** The source has stopped for now; we keep asking. */
  | "interrupted"
  /** The browser wants a press before it plays. */
  | "blocked"
  | "over"
  | "broken";

const MAIN = /main\.m3u8$/;
const RECORDED = /vod\.m3u8$/;
const BUFFERING_MS = 600;
const INTERRUPTED_MS = 8_000;
const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MAX = 8_000;
const MENDS_MAX = 3;

const LIVE: Partial<HlsConfig> = {
  // How far from the end to stay is said by the playlist; we keep that distance ourselves, since
  // hls.js catches up only with more than a second buffered, and after a stall stays behind for good.
  lowLatencyMode: true,
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0,
  // There is nothing to convert: a worker would only make the start longer.
  enableWorker: false,
  backBufferLength: 20,
  maxBufferLength: 12,
  // The programme's time must never drift from the picture's.
  liveDurationInfinity: true,
};
const RECORDING: Partial<HlsConfig> = {
  backBufferLength: 60,
  startPosition: 0,
  enableWorker: false,
};

export class Playback {
  #state: PictureState = "none";
  #hls: Hls | null = null;
  #url = "";
  #live = true;
  #startSeconds = 0;
  #mends = 0;
  #retryMs = RETRY_MS_FIRST;
  #stuckTimers: ReturnType<typeof setTimeout>[] = [];
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #seen = false;
  #askedAt = 0;
  #startMs: number | null = null;
  #soundAlone = false;
  #distance = new Distance();
  readonly #shown: ShownPicture;
  readonly #leave = new AbortController();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly changed: (state: PictureState) => void,
  ) {
    this.#shown = new ShownPicture(video);
    const on = (names: string, act: () => void) => {
      for (const name of names.split(" ")) {
        video.addEventListener(name, act, { signal: this.#leave.signal });
      }
    };
    on("playing", () => this.#moving());
    on(
      "timeupdate",
      () => ["buffering", "interrupted"].includes(this.#state) && !video.paused && this.#moving(),
    );
    on("timeupdate", () => this.#keepDistance());
    on("waiting stalled", () => this.#stuck());
    on("pause", () => this.#state === "playing" && !video.ended && this.#show("paused"));
    on("ended", () => this.#show("over"));
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.catchUp(),
      { signal: this.#leave.signal },
    );
  }

  get state(): PictureState {
    return this.#state;
  }

  /** Whether anything of this address has been seen yet: before, it has not begun, after, it was interrupted. */
  get seen(): boolean {
    return this.#seen;
  }

  /** Play an address; one that is not live from so many seconds after its beginning. */
  async play(url: string, live: boolean, startSeconds = 0): Promise<void> {
    if (url === this.#url && live === this.#live) return;
    this.#unload();
    if (url !== this.#url) this.#seen = false;
    this.#url = url;
    this.#live = live;
    this.#startSeconds = startSeconds;
    this.#askedAt = performance.now();
    this.#startMs = null;
    this.#distance = new Distance();
    if (!url) return this.#show("none");
    this.#show("loading");
    // hls.js asks for both in a moment, one after the other; what is on its way need not be waited for.
    if (this.hasForms && !this.#soundAlone) {
      for (const name of [url, url.replace(MAIN, "index.m3u8")]) fetch(name).catch(() => {});
    }
    const player = await import("./hls-player");
    if (this.#leave.signal.aborted || url !== this.#url) return;
    if (player.default.isSupported()) this.#loadWith(player);
    else this.#loadNatively();
  }

  get hls(): Hls | null {
    return this.#hls;
  }

  /** Whether there is anything to choose from. */
  get hasForms(): boolean {
    return this.#live && MAIN.test(this.#url);
  }

  /** Play the sound alone, or the picture with it. hls.js leaves sound out of what it may choose. */
  listen(soundAlone: boolean): void {
    if (soundAlone === this.#soundAlone) return;
    this.#soundAlone = soundAlone;
    this.#again();
  }

  get soundAlone(): boolean {
    return this.#soundAlone;
  }

  get #address(): string {
    return this.#soundAlone ? this.#url.replace(MAIN, "audio.m3u8") : this.#url;
  }

  stop(): void {
    this.#leave.abort();
    this.#shown.stop();
    this.#unload();
  }

  /** Begin or go on; without the viewer's press browsers only allow it muted. */
  async resume(): Promise<void> {
    try {
      await this.video.play();
      this.catchUp();
    } catch (error) {
      if ((error as DOMException).name === "NotAllowedError") this.#show("blocked");
    }
  }

  /** After a pause or a sleep, jump to where the show is now. */
  catchUp(): void {
    if (!this.#live || this.video.paused) return;
    const edge = this.#hls?.liveSyncPosition ?? nativeEdge(this.video);
    if (edge && edge - this.video.currentTime > FAR_SECONDS) this.video.currentTime = edge;
  }

  /** What time it is in the picture, in ms since 1970; null while there is no picture to go by. */
  programmeMs(): number | null {
    if (!["playing", "paused", "buffering"].includes(this.#state)) return null;
    const date = this.#hls ? this.#hls.playingDate : nativeDate(this.video);
    return date ? date.getTime() - this.#shown.lagSeconds * 1_000 : null;
  }

  /** Between which seconds of the element one can move; null while nothing is known of it. */
  range(): { from: number; to: number } | null {
    const details = this.#hls?.latestLevelDetails;
    const [first] = details?.fragments ?? [];
    if (details && first) return { from: first.start, to: details.edge };
    const { seekable } = this.video;
    if (this.#hls || !seekable.length) return null;
    return { from: seekable.start(0), to: seekable.end(seekable.length - 1) };
  }

  /** Where the picture is, in seconds from the beginning of what is there. */
  position(): number | null {
    const range = this.range();
    return range && this.video.readyState > 0 ? this.video.currentTime - range.from : null;
  }

  moveTo(seconds: number): void {
    const range = this.range();
    if (range) this.video.currentTime = Math.min(range.from + seconds, range.to - 0.1);
  }

  /** How long the picture took from being asked for to moving, in ms; null before. */
  get startMs(): number | null {
    return this.#startMs;
  }

  #loadWith({ default: HlsPlayer, LiveSizes }: typeof import("./hls-player")): void {
    const hls = new HlsPlayer(
      this.#live
        ? { ...LIVE, abrController: LiveSizes }
        : { ...RECORDING, startPosition: this.#startSeconds },
    );
    this.#hls = hls;
    hls.on(HlsPlayer.Events.MANIFEST_PARSED, () => void this.resume());
    hls.on(HlsPlayer.Events.FRAG_BUFFERED, () => {
      this.#retryMs = RETRY_MS_FIRST;
      this.#mends = 0;
    });
    hls.on(HlsPlayer.Events.ERROR, (_event, data) => {
      if (data.details === "bufferStalledError") this.#stalled(hls, data.buffer ?? 0);
      if (data.fatal) this.#failed(hls, data);
    });
    hls.loadSource(this.#address);
    hls.attachMedia(this.video);
  }

  #loadNatively(): void {
    if (!this.video.canPlayType("application/vnd.apple.mpegurl")) return this.#show("broken");
    // The browser itself chooses among the sizes, and shows the captions that it is offered.
    const addresses = [this.#url.replace(RECORDED, "recorded.m3u8")];
    // Some stop at the parts of a low-latency playlist: those get whole segments alone.
    if (this.hasForms) addresses.push(this.#url.replace(MAIN, "plain.m3u8"));
    this.video.src = addresses.shift() ?? "";
    this.video.onerror = () => {
      const next = addresses.shift();
      if (!next) return this.#tryAgain();
      this.video.src = next;
      void this.resume();
    };
    void this.resume();
  }

  #failed(hls: Hls, data: ErrorData): void {
    this.#mends += 1;
    // A show on air may not have begun its picture; of one that is over, what is not there stays away.
    const isAbsent = data.details === "manifestLoadError" && data.response?.code === 404;
    if (!this.#live && isAbsent) this.#show("broken");
    else if (
      data.type === "networkError" &&
      data.details !== "manifestLoadError" &&
      this.#mends < MENDS_MAX
    ) {
      // What is buffered plays on while we ask again.
      this.#later(() => hls.startLoad());
    } else if (data.type === "mediaError" && this.#mends < MENDS_MAX) {
      hls.recoverMediaError();
      void this.resume();
    } else if (data.type === "networkError" || this.#mends < MENDS_MAX * 2) {
      this.#tryAgain();
    } else this.#show("broken");
  }

  /** Let go of everything and load the address anew. */
  #tryAgain(): void {
    this.#show("interrupted");
    this.#later(() => {
      this.#again();
      this.#show("interrupted");
    });
  }

  #again(): void {
    const url = this.#url;
    const seen = this.#seen;
    this.#url = "";
    void this.play(url, this.#live);
    this.#seen = seen;
  }

  /** The wait doubles while nothing comes. */
  #later(act: () => void): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(act, this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }

  #stalled(hls: Hls, aheadSeconds: number): void {
    const partSeconds = hls.latestLevelDetails?.partTarget || FAR_SECONDS;
    this.#distance.stalled(aheadSeconds, partSeconds, performance.now());
  }

  #keepDistance(): void {
    const details = this.#live ? this.#hls?.latestLevelDetails : null;
    const { video } = this;
    if (!this.#hls || !details?.live || video.paused || !video.buffered.length) return;
    const rate = this.#distance.rate(
      {
        behindSeconds: this.#hls.latency,
        holdBackSeconds: this.#hls.targetLatency ?? 0,
        aheadSeconds: video.buffered.end(video.buffered.length - 1) - video.currentTime,
        partSeconds: details.partTarget || details.targetduration,
      },
      performance.now(),
    );
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }

  #moving(): void {
    this.#clearStuck();
    this.#seen = true;
    this.#distance.began(performance.now());
    this.#startMs ??= performance.now() - this.#askedAt;
    const stood = this.#state === "buffering" || this.#state === "interrupted";
    this.#show("playing");
    // A little is caught up by playing faster; after a longer stop that would take too long.
    if (stood) this.catchUp();
  }

  #stuck(): void {
    if (this.#state !== "playing") return;
    const at = this.video.currentTime;
    const still = () => this.video.currentTime === at && !this.video.paused;
    this.#clearStuck();
    this.#stuckTimers = [
      setTimeout(() => still() && this.#show("buffering"), BUFFERING_MS),
      setTimeout(() => still() && this.#show("interrupted"), INTERRUPTED_MS),
    ];
  }

  #show(state: PictureState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.changed(state);
  }

  #clearStuck(): void {
    for (const timer of this.#stuckTimers.splice(0)) clearTimeout(timer);
  }

  #unload(): void {
    this.#clearStuck();
    clearTimeout(this.#retryTimer);
    this.#hls?.destroy();
    this.#hls = null;
    this.video.onerror = null;
    if (this.video.hasAttribute("src")) {
      this.video.removeAttribute("src");
      this.video.load();
    }
  }
}

function nativeEdge(video: HTMLVideoElement): number | null {
  const { seekable } = video;
  return seekable.length ? seekable.end(seekable.length - 1) - 3 : null;
}

function nativeDate(video: HTMLVideoElement): Date | null {
  // Only Safari knows the programme's date without hls.js.
  const start = (video as { getStartDate?: () => Date }).getStartDate?.();
  if (!start || Number.isNaN(start.getTime())) return null;
  return new Date(start.getTime() + video.currentTime * 1000);
}

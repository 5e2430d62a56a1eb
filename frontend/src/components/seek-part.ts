/** What a player has beside its picture: the seek bar, rewinding while a show is on, and captions. */
import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from "lit";
import { icon } from "../lib/icons";
import { t } from "../lib/text";
import type { Playback } from "../live/playback";
import {
  type Extras,
  lasts,
  type Piece,
  programmeAt,
  Recorded,
  type Thumb,
} from "../live/recorded";
import { type Cue, cueAt } from "../live/webvtt";

const LOOK_MS = 250;
const ASK_MS = 10_000;
const LINES_MS = 2_000;
/** Nearer to the newest moment than that is live. */
const NEAR_SECONDS = 6;
const LANGUAGE_KEY = "livehouse.captions";

interface Host extends ReactiveControllerHost {
  src: string;
  recording: boolean;
  preview: boolean;
}

export class SeekPart implements ReactiveController {
  #recorded: Recorded | null = null;
  #src = "";
  #pieces: Piece[] = [];
  #learntAt = 0;
  #extras: Extras = { chapters: [], languages: [] };
  #thumbs: Cue[] = [];
  #cues: Cue[] = [];
  #language = "";
  /** Where the picture was sent to, in seconds, while an earlier moment of a live show is shown. */
  #rewound: number | null = null;
  #words = "";
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(
    private readonly host: Host,
    private readonly playback: () => Playback | null,
  ) {
    host.addController(this);
    this.#language = remembered();
  }

  hostConnected(): void {
    this.#timers = [
      setInterval(() => this.#look(), LOOK_MS),
      setInterval(() => void this.#ask(), ASK_MS),
      setInterval(() => void this.#hear(), LINES_MS),
    ];
  }

  hostDisconnected(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  hostUpdated(): void {
    const src = this.host.preview ? "" : this.host.src;
    if (src === this.#src) return;
    this.#src = src;
    this.#recorded = src ? new Recorded(src) : null;
    this.#pieces = [];
    this.#thumbs = [];
    this.#cues = [];
    this.#rewound = null;
    void this.#ask();
  }

  /** The moment of the programme that was asked for, until its picture is there. */
  get heldMs(): number | null {
    return this.#rewound === null ? null : programmeAt(this.#pieces, this.#rewound * 1000);
  }

  get rewound(): boolean {
    return this.#rewound !== null;
  }

  /** Seconds from the beginning. */
  get #length(): number {
    const range = this.playback()?.range();
    if (this.host.recording || this.#rewound !== null) {
      if (range) return range.to - range.from;
    }
    const since = this.host.recording ? 0 : Date.now() - this.#learntAt;
    return this.#pieces.length ? (lasts(this.#pieces) + since) / 1000 : 0;
  }

  get #at(): number {
    if (!this.host.recording && this.#rewound === null) return this.#length;
    return this.playback()?.position() ?? this.#rewound ?? 0;
  }

  /** Move to a place; near the newest moment of a live show that is the live picture. */
  seek(seconds: number): void {
    const playback = this.playback();
    if (!playback || !this.#recorded) return;
    if (!this.host.recording && seconds > this.#length - NEAR_SECONDS) {
      this.live();
    } else if (this.host.recording || this.#rewound !== null) {
      if (this.#rewound !== null) this.#rewound = seconds;
      playback.moveTo(seconds);
    } else {
      this.#rewound = seconds;
      void playback.play(this.#recorded.rewind, false, seconds);
    }
    this.host.requestUpdate();
  }

  live(): void {
    if (this.#rewound === null) return;
    this.#rewound = null;
    void this.playback()?.play(this.#src, true);
    this.host.requestUpdate();
  }

  #look(): void {
    const words = this.#language ? (cueAt(this.#cues, this.#captionMs())?.text ?? "") : "";
    const moves = this.host.recording || this.#rewound !== null;
    if (words !== this.#words || moves) {
      this.#words = words;
      this.host.requestUpdate();
    }
  }

  /** Captions of a live picture go by the programme's time, others by the recording's. */
  #captionMs(): number {
    const isLive = !this.host.recording && this.#rewound === null;
    return isLive ? (this.playback()?.programmeMs() ?? 0) : this.#at * 1000;
  }

  async #ask(): Promise<void> {
    const recorded = this.#recorded;
    if (!recorded || document.visibilityState !== "visible") return;
    if (this.host.recording && this.#pieces.length) return;
    const [pieces, extras] = await Promise.all([recorded.pieces(), recorded.extras()]);
    if (recorded !== this.#recorded) return;
    if (pieces.length) {
      this.#pieces = pieces;
      this.#learntAt = Date.now();
    }
    this.#extras = extras;
    void this.#hear();
    this.host.requestUpdate();
  }

  async #hear(): Promise<void> {
    const recorded = this.#recorded;
    const language = this.#language;
    if (!recorded || !this.#extras.languages.includes(language)) return;
    if (this.host.recording && this.#cues.length) return;
    const isLive = !this.host.recording && this.#rewound === null;
    const cues = await (isLive ? recorded.lines(language) : recorded.captions(language));
    if (recorded === this.#recorded && language === this.#language) this.#cues = cues;
  }

  readonly #thumbAt = (seconds: number): Thumb | null => {
    const cue = cueAt(this.#thumbs, seconds * 1000);
    return cue && this.#recorded ? this.#recorded.thumb(cue) : null;
  };

  readonly #loadThumbs = async (): Promise<void> => {
    const recorded = this.#recorded;
    const thumbs = (await recorded?.thumbs()) ?? [];
    if (recorded === this.#recorded) this.#thumbs = thumbs;
  };

  readonly #nextLanguage = (): void => {
    const choices = ["", ...this.#extras.languages];
    this.#language = choices[(choices.indexOf(this.#language) + 1) % choices.length] ?? "";
    this.#cues = [];
    this.#words = "";
    remember(this.#language);
    void this.#hear();
    this.host.requestUpdate();
  };

  bar(): TemplateResult | typeof nothing {
    if (!this.#recorded || this.#length < NEAR_SECONDS / 2) return nothing;
    return html`<lh-seek-bar
      .at=${this.#at}
      .length=${this.#length}
      .live=${!this.host.recording}
      .behind=${this.#rewound !== null}
      .chapters=${this.#extras.chapters}
      .clock=${(seconds: number) => programmeAt(this.#pieces, seconds * 1000)}
      .thumb=${this.#thumbAt}
      @pointerenter=${this.#loadThumbs}
      @seek=${(event: CustomEvent<number>) => this.seek(event.detail)}
      @live=${() => this.live()}
    ></lh-seek-bar>`;
  }

  captionsButton(): TemplateResult | typeof nothing {
    const { languages } = this.#extras;
    if (!languages.length) return nothing;
    const on = languages.includes(this.#language);
    const name = on ? languageName(this.#language) : t("off");
    return html`<button class="control" aria-pressed=${on}
      aria-label=${t("Captions: {language}", { language: name })}
      title=${t("Captions: {language}", { language: name })}
      @click=${this.#nextLanguage}>${icon("captions")}</button>`;
  }

  captions(): TemplateResult | typeof nothing {
    if (!this.#words) return nothing;
    return html`<p class="captions" lang=${this.#language} dir="auto"><span>${this.#words}</span></p>`;
  }
}

function languageName(language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}

function remembered(): string {
  try {
    return localStorage.getItem(LANGUAGE_KEY) ?? "";
  } catch {
    return "";
  }
}

function remember(language: string): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    // Private windows may refuse; the next visit starts without captions.
  }
}

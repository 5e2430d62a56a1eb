/** `<lh-clip>`: a recording to look through, whose moments become the ends of a clip in the page's form. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type PictureState, Playback } from "../live/playback";
import { Recorded, type Thumb } from "../live/recorded";
import { type Cue, cueAt } from "../live/webvtt";

const LOOK_MS = 50;
const PICTURE_SECONDS = 0.04;
const FORM = "clip";

export class LhClip extends LitElement {
  static override properties = {
    video: {},
    poster: {},
    _state: { state: true },
    _at: { state: true },
    _length: { state: true },
    _until: { state: true },
  };

  /** Address of the recording's folder. */
  declare video: string;
  declare poster: string;
  declare _state: PictureState;
  declare _at: number;
  declare _length: number;
  /** Where the preview of the clip ends, in seconds; null while none plays. */
  declare _until: number | null;

  #playback: Playback | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #thumbs: Cue[] = [];

  constructor() {
    super();
    this.video = "";
    this.poster = "";
    this._state = "none";
    this._at = 0;
    this._length = 0;
    this._until = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#playback?.stop();
    this.#playback = null;
  }

  protected override firstUpdated(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  get #video(): HTMLVideoElement | null {
    return this.renderRoot.querySelector("video");
  }

  /** Nothing is loaded before somebody wants to look. */
  readonly #begin = async (): Promise<void> => {
    const video = this.#video;
    if (!video || this.#playback) return;
    this.#playback = new Playback(video, (state) => {
      this._state = state;
    });
    const recorded = new Recorded(`${this.video}vod.m3u8`);
    void this.#playback.play(recorded.dvr, false);
    this.#thumbs = await recorded.thumbs();
  };

  #look(): void {
    const range = this.#playback?.range();
    if (!range) return;
    this._length = range.to - range.from;
    this._at = this.#playback?.position() ?? 0;
    if (this._until !== null && this._at >= this._until - PICTURE_SECONDS) {
      this.#video?.pause();
      this._until = null;
    }
  }

  readonly #toggle = (): void => {
    const video = this.#video;
    this._until = null;
    if (!this.#playback) void this.#begin();
    else if (video?.paused) void this.#playback.resume();
    else video?.pause();
  };

  #move(seconds: number): void {
    this._until = null;
    this.#playback?.moveTo(Math.max(0, seconds));
  }

  #set(name: "start" | "end"): void {
    const field = this.#field(name);
    if (field) field.value = written(this._at);
  }

  readonly #play = (): void => {
    const [start, end] = [this.#field("start"), this.#field("end")].map((one) =>
      read(one?.value ?? ""),
    );
    if (start === undefined || end === undefined || !(end > start)) return;
    this.#playback?.moveTo(start);
    this._until = end;
    void this.#playback?.resume();
  };

  #field(name: string): HTMLInputElement | null {
    const form = document.getElementById(FORM) as HTMLFormElement | null;
    return (form?.elements.namedItem(name) ?? null) as HTMLInputElement | null;
  }

  readonly #thumb = (seconds: number): Thumb | null => {
    const cue = cueAt(this.#thumbs, seconds * 1000);
    return cue ? new Recorded(`${this.video}vod.m3u8`).thumb(cue) : null;
  };

  protected override render(): TemplateResult {
    const begun = this._state !== "none" && this._length > 0;
    const playing = ["playing", "buffering"].includes(this._state);
    return html`
      <div class="picture">
        <video playsinline poster=${this.poster || nothing} aria-label=${t("The recording")}></video>
        ${
          begun
            ? nothing
            : html`<button class="button primary large" @click=${this.#toggle}>${icon("play")}${t("Look through the recording")}</button>`
        }
      </div>
      ${
        begun
          ? html`<div class="bar">
              <button class="button icon" @click=${this.#toggle} aria-label=${playing ? t("Pause") : t("Play")}>
                ${icon(playing ? "pause" : "play")}
              </button>
              <lh-seek-bar .at=${this._at} .length=${this._length} .thumb=${this.#thumb}
                @seek=${(event: CustomEvent<number>) => this.#move(event.detail)}></lh-seek-bar>
            </div>
            ${this.#field("start") ? this.#ends() : nothing}`
          : nothing
      }
    `;
  }

  #ends(): TemplateResult {
    return html`<div class="button-row">
      <button class="button small" @click=${() => this.#move(this._at - PICTURE_SECONDS)}
        aria-label=${t("One picture back")}>−1</button>
      <button class="button small" @click=${() => this.#move(this._at + PICTURE_SECONDS)}
        aria-label=${t("One picture ahead")}>+1</button>
      <button class="button small" @click=${() => this.#set("start")}>${t("The clip begins here")}</button>
      <button class="button small" @click=${() => this.#set("end")}>${t("The clip ends here")}</button>
      <button class="button small" @click=${this.#play}>${icon("play")}${t("Play the clip")}</button>
      <span class="figures" role="status">${written(this._at)}</span>
    </div>`;
  }

  static override styles = [
    ...shared,
    css`
      :host {
        display: grid;
        gap: var(--gap-2);
      }
      .picture {
        position: relative;
        display: grid;
        place-items: center;
        overflow: hidden;
        border-radius: var(--radius-large);
        background: #0d0a13;
        aspect-ratio: 16 / 9;
        max-height: 70vh;
      }
      video {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .picture .button {
        position: relative;
      }
      .bar {
        display: flex;
        gap: var(--gap-2);
        padding: var(--gap-1) var(--gap-3);
        border-radius: var(--radius-small);
        background: #1b1626;
      }
      .button-row {
        align-items: center;
      }
    `,
  ];
}

/** A place of the recording as the form takes it. */
export function written(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const rest = `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
  const hours = Math.floor(ms / 3_600_000);
  return hours ? `${hours}:${rest}` : rest;
}

/** Seconds of what stands in a field; undefined where it is no time. */
export function read(text: string): number | undefined {
  if (!/^(?:(?:\d+:)?\d+:)?\d+(?:[.,]\d+)?$/.test(text.trim())) return undefined;
  const parts = text.trim().replace(",", ".").split(":").map(Number);
  return parts.reduce((total, part) => total * 60 + part, 0);
}

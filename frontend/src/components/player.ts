/** `<lh-player>`: the picture, its controls, and plain words whenever there is no picture. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type PictureState, Playback } from "../live/playback";
import { LhSeekBar } from "./seek-bar";
import { SeekPart } from "./seek-part";

const CONTROLS_MS = 3_500;
const BACKDROP_MS = 700;
const VOLUME_KEY = "livehouse.volume";

if (!customElements.get("lh-seek-bar")) customElements.define("lh-seek-bar", LhSeekBar);

export class LhPlayer extends LitElement {
  static override properties = {
    src: {},
    recording: { type: Boolean },
    poster: {},
    preview: { type: Boolean, reflect: true },
    picture: { attribute: "picture", reflect: true },
    portrait: { type: Boolean, reflect: true },
    _muted: { state: true },
    _volume: { state: true },
    _awake: { state: true },
  };

  /** Address of the playlist; empty when there is nothing to play. */
  declare src: string;
  declare recording: boolean;
  declare poster: string;
  /** In the studio: always muted and without controls over the picture. */
  declare preview: boolean;
  declare picture: PictureState;
  declare portrait: boolean;
  declare _muted: boolean;
  declare _volume: number;
  declare _awake: boolean;

  #playback: Playback | null = null;
  readonly #seek = new SeekPart(this, () => this.#playback);
  #sleep: ReturnType<typeof setTimeout> | undefined;
  #backdrop: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.src = "";
    this.recording = false;
    this.poster = "";
    this.preview = false;
    this.picture = "none";
    this.portrait = false;
    this._muted = true;
    this._volume = rememberedVolume();
    this._awake = false;
  }

  /** The picture's programme time in ms, or null while there is none to go by. */
  get programmeMs(): number | null {
    return this.#playback?.programmeMs() ?? this.#seek.heldMs;
  }

  /** How long the picture took from being asked for to moving, in ms. */
  get startMs(): number | null {
    return this.#playback?.startMs ?? null;
  }

  get muted(): boolean {
    return this._muted;
  }

  setMuted(muted: boolean): void {
    const video = this.#video;
    if (!video) return;
    video.muted = muted;
    if (!muted && video.paused && this.picture !== "none") void this.#playback?.resume();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#playback?.stop();
    this.#playback = null;
    clearInterval(this.#backdrop);
    clearTimeout(this.#sleep);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#begin();
  }

  protected override firstUpdated(): void {
    this.#begin();
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("src") || changes.has("recording")) {
      void this.#playback?.play(this.src, !this.recording);
    }
    if (!changes.has("picture")) return;
    this.dispatchEvent(new CustomEvent("picture"));
    if (this.picture === "playing" && !this.preview && !this.recording) void import("./quality");
  }

  get #video(): HTMLVideoElement | null {
    return this.renderRoot.querySelector("video");
  }

  #begin(): void {
    const video = this.#video;
    if (!video || this.#playback) return;
    // The attribute alone does not mute an element that a script has made.
    video.muted = true;
    video.volume = this._volume;
    this.#playback = new Playback(video, (state) => {
      this.picture = state;
    });
    void this.#playback.play(this.src, !this.recording);
    this.#backdrop = setInterval(() => this.#drawBackdrop(), BACKDROP_MS);
  }

  /** A few blurred dots of the picture fill what a picture of another shape leaves empty. */
  #drawBackdrop(): void {
    const video = this.#video;
    const canvas = this.renderRoot.querySelector("canvas");
    if (!video || !canvas || video.readyState < 2 || document.visibilityState !== "visible") return;
    this.portrait = video.videoHeight > video.videoWidth;
    canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  }

  #wake(): void {
    this._awake = true;
    clearTimeout(this.#sleep);
    this.#sleep = setTimeout(() => {
      this._awake = false;
    }, CONTROLS_MS);
  }

  readonly #toggle = (): void => {
    const video = this.#video;
    if (!video) return;
    this.#wake();
    if (video.paused) void this.#playback?.resume();
    else video.pause();
  };

  readonly #volumeChanged = (): void => {
    const video = this.#video;
    if (!video) return;
    this._muted = video.muted || video.volume === 0;
    this._volume = video.volume;
    rememberVolume(video.volume);
    this.dispatchEvent(new CustomEvent("sound"));
  };

  readonly #fullscreen = (): void => {
    const video = this.#video as (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null;
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.requestFullscreen) void this.requestFullscreen();
    else video?.webkitEnterFullscreen?.();
  };

  protected override render(): TemplateResult {
    return html`
      <canvas width="32" height="18" aria-hidden="true"></canvas>
      <video
        playsinline
        muted
        poster=${this.poster || nothing}
        aria-label=${t("The show's picture")}
        @volumechange=${this.#volumeChanged}
        @click=${() => this.#wake()}
        @mousemove=${() => this.#wake()}
      ></video>
      ${this.#seek.captions()} ${this.#words()} ${this.preview ? nothing : this.#controls()}
      <slot></slot>
    `;
  }

  #words(): TemplateResult | typeof nothing {
    switch (this.picture) {
      case "loading":
      case "buffering":
        return html`<div class="words" role="status">
          <span class="spinner"></span><span class="visually-hidden">${t("Loading the picture")}</span>
        </div>`;
      case "interrupted":
        if (!this.#playback?.seen) return this.#aboutToBegin();
        return html`<div class="words slate" role="status">
          <span class="spinner"></span>
          <strong>${t("The picture will be right back")}</strong>
          <span>${t("The host's connection was interrupted. Chat and offers go on.")}</span>
        </div>`;
      case "blocked":
        return html`<div class="words">
          <button class="button primary large" @click=${this.#toggle}>${icon("play")}${t("Play")}</button>
        </div>`;
      case "broken":
        return html`<div class="words slate" role="alert">
          ${icon("warning")}<strong>${t("This browser cannot play the picture")}</strong>
          <span>${t("Chat and offers work all the same.")}</span>
        </div>`;
      default:
        return nothing;
    }
  }

  #aboutToBegin(): TemplateResult {
    return html`<div class="words slate" role="status">
      <span class="spinner"></span><strong>${t("The picture is about to begin")}</strong>
    </div>`;
  }

  #controls(): TemplateResult | typeof nothing {
    if (["none", "interrupted", "broken"].includes(this.picture)) return nothing;
    if (this.picture === "over" && !this.recording) return nothing;
    const paused = ["paused", "blocked", "over"].includes(this.picture);
    return html`
      ${
        this._muted && !paused
          ? html`<button class="unmute button" @click=${() => this.setMuted(false)}>
            ${icon("muted")}<span>${t("Turn sound on")}</span>
          </button>`
          : nothing
      }
      <div class="controls ${this._awake || paused ? "awake" : ""}">
        <button class="control" @click=${this.#toggle} aria-label=${paused ? t("Play") : t("Pause")}>
          ${icon(paused ? "play" : "pause")}
        </button>
        <button
          class="control"
          @click=${() => this.setMuted(!this._muted)}
          aria-label=${this._muted ? t("Turn sound on") : t("Turn sound off")}
        >
          ${icon(this._muted ? "muted" : "sound")}
        </button>
        <input
          class="volume"
          type="range"
          min="0"
          max="1"
          step="0.05"
          .value=${String(this._muted ? 0 : this._volume)}
          aria-label=${t("Volume")}
          @input=${this.#setVolume}
        />
        <div class="bar">${this.#seek.bar()}</div>
        ${this.#seek.captionsButton()}
        <lh-quality .playback=${this.#playback} .hls=${this.#playback?.hls ?? null}></lh-quality>
        <button class="control" @click=${this.#fullscreen} aria-label=${t("Full screen")}>
          ${icon("full")}
        </button>
      </div>
    `;
  }

  readonly #setVolume = (event: Event): void => {
    const video = this.#video;
    if (!video) return;
    video.volume = Number((event.target as HTMLInputElement).value);
    this.setMuted(video.volume === 0);
    this.#wake();
  };

  static override styles = [
    ...shared,
    css`
      :host {
        position: relative;
        overflow: hidden;
        background: #0d0a13;
        color-scheme: dark;
      }
      video,
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        display: block;
      }
      canvas {
        object-fit: cover;
        filter: blur(28px) saturate(1.3) brightness(0.55);
        transform: scale(1.2);
      }
      video {
        object-fit: contain;
        object-position: var(--picture-position, center);
      }
      :host([portrait]) video {
        object-fit: var(--picture-portrait-fit, contain);
      }
      .words {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--gap-2);
        padding: var(--gap-5);
        text-align: center;
        pointer-events: none;
      }
      .words .button {
        pointer-events: auto;
      }
      .slate {
        background: rgb(13 10 19 / 78%);
        color: var(--text-muted);
      }
      .slate strong {
        color: var(--text);
        font-size: var(--size-large);
      }
      .slate .icon {
        width: 2.5rem;
        height: 2.5rem;
        color: var(--amber);
      }
      .spinner {
        width: 2.75rem;
        height: 2.75rem;
        border: 3px solid rgb(255 255 255 / 25%);
        border-top-color: var(--accent);
        border-radius: 50%;
        animation: turn 0.9s linear infinite;
      }
      @keyframes turn {
        to {
          rotate: 1turn;
        }
      }
      .unmute {
        position: absolute;
        inset: var(--unmute-inset, auto auto 4.75rem 1rem);
        --button-bg: rgb(255 255 255 / 94%);
        --button-text: #1f1a2b;
        --button-line: transparent;
        box-shadow: var(--shadow-high);
      }
      .unmute:hover {
        background: #fff;
      }
      .controls {
        position: absolute;
        inset: var(--controls-inset, auto 0 0 0);
        display: flex;
        align-items: center;
        gap: var(--gap-1);
        padding: var(--gap-5) var(--gap-3) var(--gap-3);
        background: linear-gradient(transparent, rgb(0 0 0 / 70%));
        opacity: 0;
        transition: opacity var(--calm) var(--ease);
      }
      .controls.awake,
      .controls:focus-within,
      .controls:hover {
        opacity: 1;
      }
      .control {
        display: grid;
        place-items: center;
        width: var(--target);
        height: var(--target);
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: none;
        color: #fff;
        font: inherit;
        cursor: pointer;
      }
      .control:hover {
        background: rgb(255 255 255 / 18%);
      }
      .volume {
        width: 6rem;
        accent-color: var(--accent);
        height: var(--target);
      }
      .bar {
        display: flex;
        flex: 1;
        min-width: 0;
      }
      .captions {
        position: absolute;
        inset: auto 0 var(--captions-bottom, 4.5rem);
        margin: 0;
        padding-inline: var(--gap-3);
        text-align: center;
        white-space: pre-line;
        pointer-events: none;
      }
      .captions span {
        padding: 0.15em 0.5em;
        border-radius: 4px;
        background: rgb(0 0 0 / 75%);
        box-decoration-break: clone;
        -webkit-box-decoration-break: clone;
        color: #fff;
        font-size: clamp(0.95rem, 2.4vw, 1.5rem);
        line-height: 1.5;
      }
      @media (width < 40rem) {
        .controls {
          flex-wrap: wrap;
        }
        .volume {
          display: none;
        }
        .bar {
          order: -1;
          flex-basis: 100%;
        }
      }
    `,
  ];
}

function rememberedVolume(): number {
  try {
    const kept = Number(localStorage.getItem(VOLUME_KEY) ?? "1");
    return kept > 0 && kept <= 1 ? kept : 1;
  } catch {
    return 1;
  }
}

function rememberVolume(volume: number): void {
  try {
    localStorage.setItem(VOLUME_KEY, String(volume));
  } catch {
    // Private windows may refuse; the next visit starts at full volume.
  }
}

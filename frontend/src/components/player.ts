/** `<lh-player>`: the picture, and plain words whenever there is none; its controls come with the picture. */
import {
  adoptStyles,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, withWords } from "../lib/text";
import { type PictureState, Playback } from "../live/playback";
import type { Player, PlayerControls } from "./player-controls";
import { playerStyles } from "./player-styles";

const BACKDROP_MS = 700;
const VOLUME_KEY = "livehouse.volume";

export class LhPlayer extends LitElement implements Player {
  static override properties = {
    src: {},
    recording: { type: Boolean },
    poster: {},
    preview: { type: Boolean, reflect: true },
    picture: { attribute: "picture", reflect: true },
    portrait: { type: Boolean, reflect: true },
    _muted: { state: true },
    _volume: { state: true },
    _controls: { state: true },
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
  declare _controls: PlayerControls | null;

  #playback: Playback | null = null;
  #asked = false;
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
    this._controls = null;
  }

  /** The picture's programme time in ms, or null while there is none to go by. */
  get programmeMs(): number | null {
    return this.#playback?.programmeMs() ?? this._controls?.seek.heldMs ?? null;
  }

  /** How long the picture took from being asked for to moving, in ms. */
  get startMs(): number | null {
    return this.#playback?.startMs ?? null;
  }

  get playback(): Playback | null {
    return this.#playback;
  }

  get muted(): boolean {
    return this._muted;
  }

  get volume(): number {
    return this._volume;
  }

  setMuted(muted: boolean): void {
    const video = this.#video;
    if (!video) return;
    video.muted = muted;
    if (!muted && video.paused && this.picture !== "none") void this.#playback?.resume();
  }

  /** From 0, which is silence, to 1. */
  setVolume(volume: number): void {
    const video = this.#video;
    if (!video) return;
    video.volume = volume;
    this.setMuted(volume === 0);
  }

  readonly toggle = (): void => {
    const video = this.#video;
    if (!video) return;
    this._controls?.wake();
    if (video.paused) void this.#playback?.resume();
    else video.pause();
  };

  fullscreen(): void {
    const video = this.#video as (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null;
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.requestFullscreen) void this.requestFullscreen();
    else video?.webkitEnterFullscreen?.();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#playback?.stop();
    this.#playback = null;
    clearInterval(this.#backdrop);
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
    if (changes.has("picture")) this.dispatchEvent(new CustomEvent("picture"));
    if (!["none", "loading"].includes(this.picture)) void this.#askControls();
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
    this.#playback = new Playback(
      video,
      (state) => {
        this.picture = state;
      },
      () => this.dispatchEvent(new Event("shown")),
    );
    void this.#playback.play(this.src, !this.recording);
    this.#backdrop = setInterval(() => this.#drawBackdrop(), BACKDROP_MS);
  }

  /** The controls' script waits for the picture, so that it takes nothing from it. */
  async #askControls(): Promise<void> {
    if (this._controls || this.#asked || this.preview) return;
    this.#asked = true;
    try {
      const { PlayerControls, controlsStyles } = await withWords(import("./player-controls"));
      adoptStyles(this.renderRoot as ShadowRoot, [...LhPlayer.elementStyles, controlsStyles]);
      this._controls = new PlayerControls(this);
    } catch {
      // The next change of the picture tries again.
    }
    this.#asked = false;
  }

  /** A few blurred dots of the picture fill what a picture of another shape leaves empty. */
  #drawBackdrop(): void {
    const video = this.#video;
    const canvas = this.renderRoot.querySelector("canvas");
    if (!video || !canvas || video.readyState < 2 || document.visibilityState !== "visible") return;
    this.portrait = video.videoHeight > video.videoWidth;
    canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  }

  readonly #wake = (): void => this._controls?.wake();

  readonly #volumeChanged = (): void => {
    const video = this.#video;
    if (!video) return;
    this._muted = video.muted || video.volume === 0;
    this._volume = video.volume;
    rememberVolume(video.volume);
    this.dispatchEvent(new CustomEvent("sound"));
  };

  protected override render(): TemplateResult {
    const controls = this.preview ? null : this._controls;
    return html`
      <canvas width="32" height="18" aria-hidden="true"></canvas>
      <video
        playsinline
        muted
        poster=${this.poster || nothing}
        aria-label=${t("The show's picture")}
        @volumechange=${this.#volumeChanged}
        @click=${this.#wake}
        @mousemove=${this.#wake}
      ></video>
      ${controls?.seek.captions() ?? nothing} ${this.#words()} ${controls?.render() ?? nothing}
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
          <button class="button primary large" @click=${this.toggle}>${icon("play")}${t("Play")}</button>
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

  static override styles = [...shared, playerStyles];
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

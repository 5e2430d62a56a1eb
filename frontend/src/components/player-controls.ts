/** What stands over a picture that can be seen: its controls, the way through its time, and captions. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from "lit";
import { icon } from "../lib/icons";
import { t } from "../lib/text";
import type { PictureState, Playback } from "../live/playback";
import { LhSeekBar } from "./seek-bar";
import { SeekPart } from "./seek-part";

export { controlsStyles } from "./player-controls-styles";

const CONTROLS_MS = 3_500;

if (!customElements.get("lh-seek-bar")) customElements.define("lh-seek-bar", LhSeekBar);

/** The player, as far as its controls need it. */
export interface Player extends ReactiveControllerHost {
  readonly src: string;
  readonly recording: boolean;
  readonly preview: boolean;
  readonly picture: PictureState;
  readonly muted: boolean;
  readonly volume: number;
  readonly playback: Playback | null;
  setMuted(muted: boolean): void;
  setVolume(volume: number): void;
  toggle(): void;
  fullscreen(): void;
}

export class PlayerControls {
  readonly seek: SeekPart;
  #awake = false;
  #sleep: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly player: Player) {
    this.seek = new SeekPart(player, () => player.playback);
    player.addController({ hostDisconnected: () => clearTimeout(this.#sleep) });
  }

  /** Somebody is there: be seen for a while. */
  wake(): void {
    clearTimeout(this.#sleep);
    this.#sleep = setTimeout(() => this.#awaken(false), CONTROLS_MS);
    this.#awaken(true);
  }

  #awaken(awake: boolean): void {
    if (awake === this.#awake) return;
    this.#awake = awake;
    this.player.requestUpdate();
  }

  render(): TemplateResult | typeof nothing {
    const { picture, recording } = this.player;
    if (["none", "interrupted", "broken"].includes(picture)) return nothing;
    if (picture === "over" && !recording) return nothing;
    const paused = ["paused", "blocked", "over"].includes(picture);
    return html`
      ${
        this.player.muted && !paused
          ? html`<button class="unmute button" @click=${() => this.player.setMuted(false)}>
            ${icon("muted")}<span>${t("Turn sound on")}</span>
          </button>`
          : nothing
      }
      <div class="controls ${this.#awake || paused ? "awake" : ""}">
        <button class="control" @click=${() => this.player.toggle()} aria-label=${paused ? t("Play") : t("Pause")}>
          ${icon(paused ? "play" : "pause")}
        </button>
        ${this.#sound()}
        <div class="bar">${this.seek.bar()}</div>
        ${this.seek.captionsButton()}
        <button class="control" @click=${() => this.player.fullscreen()} aria-label=${t("Full screen")}>
          ${icon("full")}
        </button>
      </div>
    `;
  }

  #sound(): TemplateResult {
    const { muted, volume } = this.player;
    return html`<button
        class="control"
        @click=${() => this.player.setMuted(!muted)}
        aria-label=${muted ? t("Turn sound on") : t("Turn sound off")}
      >
        ${icon(muted ? "muted" : "sound")}
      </button>
      <input
        class="volume"
        type="range"
        min="0"
        max="1"
        step="0.05"
        .value=${String(muted ? 0 : volume)}
        aria-label=${t("Volume")}
        @input=${this.#volume}
      />`;
  }

  readonly #volume = (event: Event): void => {
    this.player.setVolume(Number((event.target as HTMLInputElement).value));
    this.wake();
  };
}

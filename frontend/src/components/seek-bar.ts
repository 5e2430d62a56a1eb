/** `<lh-seek-bar>`: where the picture is, and where it may go: by finger, mouse and keys. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import type { Extras, Thumb } from "../live/recorded";

const STEP_SECONDS = 5;

export class LhSeekBar extends LitElement {
  static override properties = {
    at: { type: Number },
    length: { type: Number },
    live: { type: Boolean },
    behind: { type: Boolean },
    chapters: { attribute: false },
    clock: { attribute: false },
    thumb: { attribute: false },
    _hover: { state: true },
    _drag: { state: true },
  };

  /** In seconds from the beginning. */
  declare at: number;
  declare length: number;
  /** The show goes on; `behind` while an earlier moment of it is shown. */
  declare live: boolean;
  declare behind: boolean;
  declare chapters: Extras["chapters"];
  /** The time of the programme (ms) at a place (s), where it is known. */
  declare clock: (seconds: number) => number | null;
  declare thumb: (seconds: number) => Thumb | null;
  declare _hover: number | null;
  declare _drag: number | null;

  constructor() {
    super();
    this.at = 0;
    this.length = 0;
    this.live = false;
    this.behind = false;
    this.chapters = [];
    this.clock = () => null;
    this.thumb = () => null;
    this._hover = null;
    this._drag = null;
  }

  #go(seconds: number): void {
    const place = Math.min(Math.max(0, seconds), this.length);
    this.dispatchEvent(new CustomEvent("seek", { detail: place }));
  }

  readonly #input = (event: Event): void => {
    this._drag = Number((event.target as HTMLInputElement).value);
    this._hover = this._drag;
  };

  readonly #change = (event: Event): void => {
    this._drag = null;
    this.#go(Number((event.target as HTMLInputElement).value));
  };

  readonly #keys = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowLeft: -STEP_SECONDS,
      ArrowDown: -STEP_SECONDS,
      ArrowRight: STEP_SECONDS,
      ArrowUp: STEP_SECONDS,
      PageDown: -60,
      PageUp: 60,
      Home: -this.length,
      End: this.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#go(this.at + step);
  };

  readonly #move = (event: PointerEvent): void => {
    if (event.pointerType === "touch") return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = box.width ? (event.clientX - box.left) / box.width : 0;
    this._hover = Math.min(Math.max(0, share), 1) * this.length;
  };

  readonly #leave = (): void => {
    this._hover = null;
  };

  protected override render(): TemplateResult {
    const at = Math.min(this._drag ?? this.at, this.length);
    const behind = this.length - this.at;
    const words =
      this.live && !this.behind
        ? t("Live")
        : this.live
          ? t("{time} behind the show", { time: spoken(behind) })
          : t("{at} of {length}", { at: spoken(at), length: spoken(this.length) });
    return html`
      <div class="rail" @pointermove=${this.#move} @pointerleave=${this.#leave}>
        ${this.#preview()}
        <input
          type="range"
          min="0"
          max=${this.length}
          step="any"
          .value=${String(at)}
          style=${styleMap({ "--done": `${this.length ? (at / this.length) * 100 : 0}%` })}
          aria-label=${t("Position")}
          aria-valuetext=${words}
          @input=${this.#input}
          @change=${this.#change}
          @keydown=${this.#keys}
        />
        <div class="marks" aria-hidden="true">
          ${this.chapters.map((one) =>
            one.start > 0 && one.start < this.length * 1000
              ? html`<i style=${styleMap({ left: `${one.start / this.length / 10}%` })}></i>`
              : nothing,
          )}
        </div>
      </div>
      <span class="time figures" aria-hidden="true">${
        this.live
          ? this.behind
            ? `−${spoken(behind)}`
            : nothing
          : `${spoken(at)} / ${spoken(this.length)}`
      }</span>
      ${
        this.live
          ? html`<button
            class="live ${this.behind ? "" : "now"}"
            ?disabled=${!this.behind}
            aria-label=${this.behind ? t("Back to the live picture") : t("Live")}
            @click=${() => this.dispatchEvent(new CustomEvent("live"))}
          ><i></i>${t("LIVE")}</button>`
          : nothing
      }
    `;
  }

  /** What is at the place under the pointer: a small picture, the chapter, the time. */
  #preview(): TemplateResult | typeof nothing {
    const at = this._hover;
    if (at === null || !this.length) return nothing;
    const thumb = this.thumb(at);
    const chapter = this.chapters.findLast((one) => one.start <= at * 1000)?.title ?? "";
    const ms = this.clock(at);
    return html`<div class="preview" style=${styleMap({ "--at": String(at / this.length) })} aria-hidden="true">
      ${
        thumb
          ? html`<div
            class="thumb"
            style=${styleMap({
              width: `${thumb.width}px`,
              height: `${thumb.height}px`,
              backgroundImage: `url("${thumb.url}")`,
              backgroundPosition: `-${thumb.x}px -${thumb.y}px`,
            })}
          ></div>`
          : nothing
      }
      ${chapter ? html`<span class="chapter">${chapter}</span>` : nothing}
      <span class="figures">${
        this.live && ms !== null ? new Date(ms).toLocaleTimeString() : spoken(at)
      }</span>
    </div>`;
  }

  static override styles = [
    ...shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        flex: 1;
        min-width: 0;
        color: #fff;
      }
      .rail {
        position: relative;
        flex: 1;
        min-width: 3rem;
        height: var(--target);
      }
      input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        appearance: none;
        background: none;
        cursor: pointer;
        touch-action: none;
      }
      input::-webkit-slider-runnable-track {
        height: 5px;
        border-radius: 3px;
        background: linear-gradient(var(--accent) 0 0) 0 / var(--done) 100% no-repeat rgb(255 255 255 / 35%);
      }
      input::-moz-range-track {
        height: 5px;
        border-radius: 3px;
        background: linear-gradient(var(--accent) 0 0) 0 / var(--done) 100% no-repeat rgb(255 255 255 / 35%);
      }
      input::-webkit-slider-thumb {
        appearance: none;
        width: 15px;
        height: 15px;
        margin-top: -5px;
        border-radius: 50%;
        background: #fff;
      }
      input::-moz-range-thumb {
        width: 15px;
        height: 15px;
        border: 0;
        border-radius: 50%;
        background: #fff;
      }
      .marks {
        position: absolute;
        inset: calc(50% - 2.5px) 0 auto;
        height: 5px;
        pointer-events: none;
      }
      .marks i {
        position: absolute;
        width: 3px;
        height: 100%;
        background: #0d0a13;
      }
      .time {
        flex: none;
        font-size: var(--size-small);
      }
      .live {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        flex: none;
        min-height: var(--target);
        padding: 0 0.5rem;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        font-size: var(--size-small);
        font-weight: 700;
        cursor: pointer;
      }
      .live i {
        width: 0.6em;
        height: 0.6em;
        border-radius: 50%;
        background: rgb(255 255 255 / 45%);
      }
      .live.now i {
        background: #ff4d4d;
      }
      .live.now {
        cursor: default;
      }
      .preview {
        position: absolute;
        bottom: 100%;
        left: clamp(5.5rem, calc(var(--at) * 100%), 100% - 5.5rem);
        translate: -50% 0;
        display: grid;
        justify-items: center;
        gap: 2px;
        max-width: 12rem;
        padding: 4px;
        border-radius: var(--radius-small);
        background: rgb(13 10 19 / 88%);
        font-size: var(--size-small);
        text-align: center;
        pointer-events: none;
      }
      .thumb {
        border-radius: 4px;
        background-repeat: no-repeat;
      }
      .chapter {
        max-width: 11rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];
}

export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

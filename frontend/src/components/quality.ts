/** `<lh-quality>`: which form of the picture is played; comes after the first picture. */
import type Hls from "hls.js";
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import type { Playback } from "../live/playback";
import { AUDIO, AUTO, levelOf, SOURCE, sizes } from "../live/qualities";

const KEY = "livehouse.quality";

export class LhQuality extends LitElement {
  static override properties = {
    playback: { attribute: false },
    hls: { attribute: false },
    _chosen: { state: true },
  };

  declare playback: Playback;
  /** The player's own player, another one after every new start; null without it. */
  declare hls: Hls | null;
  declare _chosen: string;
  #sizes: string[] = [];

  constructor() {
    super();
    this.hls = null;
    this._chosen = remembered();
  }

  protected override willUpdate(changes: PropertyValues): void {
    if (changes.has("hls")) this.#apply();
  }

  #apply(): void {
    if (!this.hls || !this.playback.hasForms) return;
    // Who listens to the sound alone may still choose a size.
    if (levelOf(this.hls.levels, SOURCE) >= 0) this.#sizes = sizes(this.hls.levels);
    this.playback.listen(this._chosen === AUDIO);
    if (this._chosen !== AUDIO) this.hls.loadLevel = levelOf(this.hls.levels, this._chosen);
  }

  readonly #choose = (event: Event): void => {
    this._chosen = (event.target as HTMLSelectElement).value;
    remember(this._chosen);
    this.#apply();
  };

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hls || !this.playback.hasForms) return nothing;
    const names = [AUTO, SOURCE, ...this.#sizes, AUDIO];
    // What is not offered now may be again: until then the player decides.
    const chosen = names.includes(this._chosen) ? this._chosen : AUTO;
    return html`<select aria-label=${t("Quality")} title=${t("Quality")} @change=${this.#choose}>
      ${names.map((name) => html`<option value=${name} ?selected=${name === chosen}>${words(name)}</option>`)}
    </select>`;
  }

  static override styles = [
    ...shared,
    css`
      select {
        height: var(--target);
        max-width: 8rem;
        padding: 0 var(--gap-1);
        border: 0;
        border-radius: var(--radius, 8px);
        background: none;
        color: #fff;
        font: inherit;
        cursor: pointer;
      }
      select:hover {
        background: rgb(255 255 255 / 18%);
      }
      option {
        color: #fff;
        background: #1f1a2b;
      }
    `,
  ];
}

function words(name: string): string {
  if (name === AUTO) return t("Automatic");
  if (name === SOURCE) return t("Original picture");
  return name === AUDIO ? t("Sound alone") : name;
}

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? AUTO;
  } catch {
    return AUTO;
  }
}

function remember(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Private windows may refuse; the next visit leaves it to the player.
  }
}

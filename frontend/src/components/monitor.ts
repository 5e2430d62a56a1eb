/** `<lh-monitor>`: what is on air, for the host: without delay where that goes, else as viewers see it. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type Watching, WhepViewer } from "../live/whep";

export class LhMonitor extends LitElement {
  static override properties = {
    run: {},
    src: {},
    poster: {},
    _watching: { state: true },
  };

  /** The run on air, empty while there is none. */
  declare run: string;
  /** Address of the playlist, for when the quick way is refused. */
  declare src: string;
  declare poster: string;
  declare _watching: Watching;

  readonly #viewer = new WhepViewer(
    {
      connect: (config) => new RTCPeerConnection(config),
      fetch: (...given) => fetch(...given),
    },
    (now, stream) => void this.#show(now, stream),
  );

  constructor() {
    super();
    this.run = "";
    this.src = "";
    this.poster = "";
    this._watching = "trying";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#viewer.stop();
  }

  protected override updated(changes: PropertyValues): void {
    if (!changes.has("run")) return;
    if (this.run && "RTCPeerConnection" in window) this.#viewer.start(`/whep/${this.run}`);
    else this.#viewer.stop();
  }

  async #show(now: Watching, stream: MediaStream | null): Promise<void> {
    this._watching = now;
    await this.updateComplete;
    const video = this.renderRoot.querySelector("video");
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }

  protected override render(): TemplateResult {
    const isQuick = this.run !== "" && this._watching === "on";
    return isQuick
      ? html`<video autoplay playsinline .muted=${true} aria-label=${t("What is on air, without delay")}></video>`
      : html`<lh-player preview src=${this.#usual} poster=${this.poster}><slot></slot></lh-player>`;
  }

  get #usual(): string {
    return this._watching === "refused" || !("RTCPeerConnection" in window) ? this.src : "";
  }

  static override styles = [
    ...shared,
    css`
      video {
        display: block;
        width: 100%;
        aspect-ratio: 16 / 9;
        border-radius: var(--radius-large);
        background: #000;
        object-fit: contain;
      }
      lh-player {
        aspect-ratio: 16 / 9;
        width: 100%;
        border-radius: var(--radius-large);
      }
    `,
  ];
}

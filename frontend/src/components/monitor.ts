/** `<lh-monitor>`: what is on air, for the host: without delay where that goes, else as viewers see it. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { postJson } from "../lib/http";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type Watching, WhepViewer } from "../live/whep";

interface MonitorPass {
  token: string;
}

const PATIENCE_MS = 2_500;

export class LhMonitor extends LitElement {
  static override properties = {
    show: {},
    run: {},
    src: {},
    poster: {},
    _watching: { state: true },
    _isLate: { state: true },
  };

  /** The show's slug: its staff have seats of their own. */
  declare show: string;
  /** The run on air, empty while there is none. */
  declare run: string;
  /** Address of the playlist, for when the quick way is refused. */
  declare src: string;
  declare poster: string;
  declare _watching: Watching;
  /** Whether the quick way takes so long that the usual one stands in. */
  declare _isLate: boolean;

  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #viewer = new WhepViewer(
    {
      connect: (config) => new RTCPeerConnection(config),
      fetch: (...given) => fetch(...given),
      pass: async () =>
        this.show ? (await postJson<MonitorPass>(`/api/shows/${this.show}/monitor`)).token : "",
    },
    (now, stream) => void this.#show(now, stream),
    false,
  );

  constructor() {
    super();
    this.show = "";
    this.run = "";
    this.src = "";
    this.poster = "";
    this._watching = "trying";
    this._isLate = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#viewer.stop();
  }

  protected override updated(changes: PropertyValues): void {
    if (!changes.has("run")) return;
    clearTimeout(this.#timer);
    this._isLate = !("RTCPeerConnection" in window);
    if (!this.run || this._isLate) return this.#viewer.stop();
    this.#timer = setTimeout(() => {
      this._isLate = true;
    }, PATIENCE_MS);
    this.#viewer.start(`/whep/${this.run}`);
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
    return this._watching === "refused" || this._isLate ? this.src : "";
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

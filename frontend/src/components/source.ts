/** `<lh-source>`: what the show plays, how OBS is connected, and what arrives from the camera. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { CameraState, ShowSource } from "../generated/wire";
import { getJson, postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type PictureFigures, pictureFigures } from "./picture-figures";
import { sourceStyles } from "./source-styles";

const LOOK_MS = 2_000;
const COPIED_MS = 2_000;
/** Longer than this, and viewers wait: a picture can only be cut at a keyframe. */
const KEY_INTERVAL_SECONDS_MAX = 2.4;

type Copied = "" | "server" | "key";

export class LhSource extends LitElement {
  static override properties = {
    slug: {},
    _source: { state: true },
    _picture: { state: true },
    _error: { state: true },
    _copied: { state: true },
    _shown: { state: true },
    _sure: { state: true },
  };

  declare slug: string;
  declare _source: ShowSource | null;
  declare _picture: PictureFigures | null;
  declare _error: string;
  declare _copied: Copied;
  declare _shown: boolean;
  declare _sure: boolean;

  #timer: ReturnType<typeof setInterval> | undefined;
  #busy = false;

  constructor() {
    super();
    this.slug = "";
    this._source = null;
    this._picture = null;
    this._error = "";
    this._copied = "";
    this._shown = false;
    this._sure = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override firstUpdated(): void {
    void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#busy || document.visibilityState !== "visible") return;
    try {
      const found = await getJson<ShowSource>(this.#address("source"));
      if (!this.#busy) this._source = found;
      this._picture = await getJson<PictureFigures | null>(this.#address("picture"));
    } catch {
      // What was there stays; the next look comes in a moment.
    }
  }

  async #send(path: string, body: unknown = {}): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this._error = "";
    try {
      this._source = await postJson<ShowSource>(this.#address(path), body);
    } catch (error) {
      const told = error instanceof Refused ? error.message : "";
      this._error = told || t("That did not get through. Try again.");
      this.requestUpdate();
    } finally {
      this.#busy = false;
    }
  }

  #address(path: string): string {
    return `/api/shows/${encodeURIComponent(this.slug)}/${path}`;
  }

  readonly #choose = (event: Event): void => {
    const [source, file] = (event.target as HTMLSelectElement).value.split(/:(.*)/s);
    void this.#send("source", { source, file: file ?? "" });
  };

  readonly #chooseSecond = (event: Event): void => {
    void this.#send("second-camera", { second: (event.target as HTMLSelectElement).value });
  };

  readonly #rotate = (): void => {
    if (!this._sure) {
      this._sure = true;
      return;
    }
    this._sure = false;
    void this.#send("stream-key");
  };

  async #copy(what: Copied, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this._copied = what;
      setTimeout(() => {
        this._copied = "";
      }, COPIED_MS);
    } catch {
      // No permission: what is to be copied can be selected by hand.
      this._shown = true;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const source = this._source;
    if (!source) return nothing;
    return html`<div class="source">
      ${this._error ? html`<p class="bad" role="alert">${this._error}</p>` : nothing}
      ${this.#choice(source)} ${this.#camera(source)} ${pictureFigures(this._picture)}
      <details>
        <summary>${t("OBS and other encoders")}</summary>
        <div class="source">${this.#encoder(source)}</div>
      </details>
    </div>`;
  }

  #choice(source: ShowSource): TemplateResult {
    const now = source.source === "file" ? `file:${source.file}` : source.source;
    const choices: [string, string][] = [
      ["camera", t("Camera")],
      ["stage", t("Test stage")],
      ...source.files.map((file): [string, string] => [`file:${file}`, file]),
    ];
    // A file that an owner has chosen stays on the list of a host, who may not choose it.
    if (!choices.some(([value]) => value === now)) choices.push([now, source.file]);
    return html`<label>
      ${t("The show plays")}
      <select .value=${now} @change=${this.#choose}>
        ${choices.map(
          ([value, words]) =>
            html`<option value=${value} ?selected=${value === now}>${words}</option>`,
        )}
      </select>
    </label>`;
  }

  #camera({ camera, source }: ShowSource): TemplateResult {
    if (!camera) {
      const words =
        source === "camera" ? t("No camera is connected. Viewers see the show's title.") : "";
      return html`<p class="state">
        <span class="badge">${t("No camera")}</span>
        ${words ? html`<span class="muted small-text">${words}</span>` : nothing}
      </p>`;
    }
    return html`<div class="state" role="status">
      <span class="badge good">${t("Camera connected")}</span>
      <span class="muted small-text figures">${figures(camera)}</span>
      ${
        camera.key_interval_seconds > KEY_INTERVAL_SECONDS_MAX
          ? html`<p class="warn small-text">
            ${icon("warning")}${t(
              "A keyframe comes every {seconds} seconds. Set the keyframe interval of your encoder to 2 seconds.",
              { seconds: camera.key_interval_seconds.toFixed(1) },
            )}
          </p>`
          : nothing
      }
    </div>`;
  }

  #encoder(source: ShowSource): TemplateResult {
    const { server, key, camera } = source;
    if (!server) return html`<p class="muted small-text">${t("This house receives no RTMP.")}</p>`;
    return html`
      ${this.#line("server", t("Server"), server, false)}
      ${this.#line("key", t("Stream key"), key, !this._shown)}
      <label>
        ${t("When a second camera comes")}
        <select .value=${source.second} @change=${this.#chooseSecond}>
          <option value="take_over">${t("it takes over")}</option>
          <option value="refuse">${t("it is refused")}</option>
        </select>
      </label>
      <div class="buttons">
        <button class="button small" @click=${this.#show}>
          ${icon("eye")}${this._shown ? t("Hide the key") : t("Show the key")}
        </button>
        <button class="button small" @click=${this.#rotate}>
          ${this._sure ? t("Yes, replace it now") : t("Replace the key")}
        </button>
        ${
          camera
            ? html`<button class="button small" @click=${this.#disconnect}>
              ${t("Disconnect the camera")}
            </button>`
            : nothing
        }
      </div>
      ${
        this._sure
          ? html`<p class="muted small-text" role="status">
            ${t("Whoever publishes with the old key is disconnected.")}
          </p>`
          : nothing
      }`;
  }

  #line(what: Copied, label: string, text: string, isHidden: boolean): TemplateResult {
    return html`<div class="line">
      <label>
        ${label}
        <input readonly type=${isHidden ? "password" : "text"} .value=${text} autocomplete="off" />
      </label>
      <button class="button small" @click=${() => void this.#copy(what, text)}
        aria-label=${t("Copy: {what}", { what: label })}>
        ${this._copied === what ? html`${icon("check")}${t("Copied")}` : t("Copy")}
      </button>
    </div>`;
  }

  readonly #show = (): void => {
    this._shown = !this._shown;
  };

  readonly #disconnect = (): void => {
    void this.#send("disconnect-camera");
  };

  static override styles = [...shared, sourceStyles];
}

/** What arrives, in the order in which one asks. */
function figures(camera: CameraState): string {
  const parts = [
    camera.protocol.toUpperCase(),
    camera.width ? `${camera.width} × ${camera.height}` : "",
    t("{fps} pictures/s", { fps: camera.fps.toFixed(0) }),
    `${camera.kbps} kbit/s`,
    camera.key_interval_seconds
      ? t("keyframe every {seconds} s", { seconds: camera.key_interval_seconds.toFixed(1) })
      : "",
    camera.dropped ? t("{n} lost", { n: String(camera.dropped) }) : "",
    camera.rtt_ms === null ? "" : `${camera.rtt_ms.toFixed(0)} ms`,
  ];
  return parts.filter(Boolean).join(" · ");
}

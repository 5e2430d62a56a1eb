/** `<lh-camera>`: go live from this browser, with its camera, microphone or screen. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { formatCount } from "../lib/format";
import { postJson } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { measure } from "../live/microphone";
import {
  type CameraPass,
  deviceTrouble,
  type LinkFigures,
  type Publishing,
  WhipPublisher,
} from "../live/whip";
import { cameraStyles } from "./camera-styles";

const FIGURES_MS = 1_000;
const WEAK_LOSS = 0.05;
const SCREEN = "screen";

type Trouble = ReturnType<typeof deviceTrouble> | "";

export class LhCamera extends LitElement {
  static override properties = {
    slug: {},
    _open: { state: true },
    _devices: { state: true },
    _trouble: { state: true },
    _publishing: { state: true },
    _figures: { state: true },
    _level: { state: true },
    _muted: { state: true },
    _hidden: { state: true },
    _picture: { state: true },
    _sound: { state: true },
  };

  /** The show whose room the camera is for. */
  declare slug: string;
  /** Who is no host has another right to publish. */
  pass: ((again: boolean) => Promise<CameraPass>) | undefined;
  declare _open: boolean;
  declare _devices: MediaDeviceInfo[];
  declare _trouble: Trouble;
  declare _publishing: Publishing;
  declare _figures: LinkFigures | null;
  declare _level: number;
  declare _muted: boolean;
  declare _hidden: boolean;
  /** Chosen devices by id; empty means the browser's own choice. */
  declare _picture: string;
  declare _sound: string;

  #stream: MediaStream | null = null;
  #quiet: () => void = () => undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #publisher = new WhipPublisher(
    {
      pass: (again) =>
        this.pass?.(again) ?? postJson<CameraPass>(`/api/shows/${this.slug}/camera`, { again }),
      connect: (config) => new RTCPeerConnection(config),
      codecs: () => RTCRtpSender.getCapabilities("video")?.codecs ?? [],
      fetch: (...given) => fetch(...given),
      random: Math.random,
    },
    (now) => this.#heard(now),
  );

  constructor() {
    super();
    this.slug = "";
    this._open = false;
    this._devices = [];
    this._trouble = "";
    this._publishing = { state: "idle" };
    this._figures = null;
    this._level = 0;
    this._muted = false;
    this._hidden = false;
    this._picture = "";
    this._sound = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.#leave);
    window.addEventListener("beforeunload", this.#warn);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.#leave);
    window.removeEventListener("beforeunload", this.#warn);
    this.#leave();
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("_open")) this.#show();
  }

  get isMuted(): boolean {
    return this._muted;
  }

  /** Of the microphone, from 0 to 1. */
  get loudness(): number {
    return this._level;
  }

  get #isSending(): boolean {
    return this._publishing.state !== "idle" && this._publishing.state !== "refused";
  }

  #heard(now: Publishing): void {
    this._publishing = now;
    if (now.state !== "live") this._figures = null;
    this.dispatchEvent(new CustomEvent("publishing", { detail: now.state }));
  }

  /** Ask for camera and microphone; without either there is nothing to send. */
  readonly #look = async (): Promise<void> => {
    this._trouble = "";
    try {
      const wanted = (id: string) => (id ? { deviceId: { exact: id } } : {});
      const picture =
        this._picture === SCREEN
          ? await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 30 }, audio: false })
          : await navigator.mediaDevices.getUserMedia({
              video: { width: 1280, height: 720, frameRate: 30, ...wanted(this._picture) },
            });
      const sound = await this.#microphone(wanted(this._sound));
      this.#take(
        new MediaStream([...picture.getVideoTracks(), ...(sound?.getAudioTracks() ?? [])]),
      );
      this._devices = await navigator.mediaDevices.enumerateDevices();
      this._open = true;
      await this.updateComplete;
      this.#show();
    } catch (error) {
      this._trouble = deviceTrouble(error);
    }
  };

  /** A show without sound is better than none: who has no microphone may go on. */
  async #microphone(wanted: MediaTrackConstraints): Promise<MediaStream | null> {
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, ...wanted },
      });
    } catch (error) {
      if (deviceTrouble(error) === "missing") return null;
      throw error;
    }
  }

  #take(stream: MediaStream): void {
    this.#release();
    this.#stream = stream;
    const [picture] = stream.getVideoTracks();
    const [sound] = stream.getAudioTracks();
    if (picture) {
      picture.contentHint = this._picture === SCREEN ? "detail" : "motion";
      picture.enabled = !this._hidden;
      // Who stops sharing the screen goes on with the camera.
      picture.addEventListener("ended", () => void this.#choose("", this._sound));
    }
    if (sound) sound.enabled = !this._muted;
    this.#quiet = measure(stream, (level) => {
      this._level = this._muted ? 0 : level;
    });
    void this.#publisher.use(stream);
  }

  #release(): void {
    this.#quiet();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  #show(): void {
    const video = this.renderRoot.querySelector("video");
    if (video && video.srcObject !== this.#stream) video.srcObject = this.#stream;
  }

  async #choose(picture: string, sound: string): Promise<void> {
    this._picture = picture;
    this._sound = sound;
    await this.#look();
  }

  readonly #connect = (): void => {
    if (!this.#stream) return;
    this.#publisher.start(this.#stream);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#count(), FIGURES_MS);
  };

  readonly #disconnect = (): void => {
    clearInterval(this.#timer);
    this.#publisher.stop();
  };

  readonly #close = (): void => {
    this.#disconnect();
    this.#release();
    this._open = false;
  };

  readonly #leave = (): void => {
    if (this._open) this.#close();
  };

  readonly #warn = (event: BeforeUnloadEvent): void => {
    if (this.#isSending) event.preventDefault();
  };

  async #count(): Promise<void> {
    const figures = await this.#publisher.figures(performance.now());
    if (figures) this._figures = figures;
  }

  readonly #mute = (): void => {
    this._muted = !this._muted;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !this._muted;
  };

  readonly #hide = (): void => {
    this._hidden = !this._hidden;
    for (const track of this.#stream?.getVideoTracks() ?? []) track.enabled = !this._hidden;
  };

  protected override render(): TemplateResult {
    return html`<section class="camera" aria-label=${t("Camera of this browser")}>
      ${this._trouble ? html`<p class="trouble" role="alert">${troubleWords(this._trouble)}</p>` : nothing}
      ${this._open ? this.#studio() : this.#invitation()}
    </section>`;
  }

  #invitation(): TemplateResult {
    return html`<p class="muted small-text">
        ${t("No other program is needed: the camera and microphone of this device will do.")}
      </p>
      <div class="button-row">
        <button class="button" @click=${this.#look}>${icon("camera")}${t("Use this browser's camera")}</button>
      </div>`;
  }

  #studio(): TemplateResult {
    return html`<div class="picture">
        <video class=${this._picture === SCREEN ? "" : "mirrored"} autoplay playsinline .muted=${true}
          aria-label=${t("Your own picture")}></video>
        ${this._hidden ? html`<div class="hidden">${icon("camera")}${t("Your picture is hidden.")}</div>` : nothing}
      </div>
      <div class="choices">
        ${this.#select(t("Picture"), "videoinput", this._picture, (id) => this.#choose(id, this._sound))}
        ${this.#select(t("Microphone"), "audioinput", this._sound, (id) => this.#choose(this._picture, id))}
      </div>
      <label>${t("Loudness")}<meter min="0" max="1" low="0.2" high="0.92" optimum="0.6" .value=${this._level}></meter></label>
      <div class="button-row">
        <button class="button small" aria-pressed=${this._muted} @click=${this.#mute}>
          ${icon(this._muted ? "muted" : "sound")}${this._muted ? t("Turn the microphone on") : t("Mute the microphone")}
        </button>
        <button class="button small" aria-pressed=${this._hidden} @click=${this.#hide}>
          ${icon("eye")}${this._hidden ? t("Show your picture") : t("Hide your picture")}
        </button>
      </div>
      ${this.#state()}
      <div class="button-row">
        ${
          this.#isSending
            ? html`<button class="button danger" @click=${this.#disconnect}>${t("Disconnect the camera")}</button>`
            : html`<button class="button primary" @click=${this.#connect}>${t("Connect the camera")}</button>
              <button class="button quiet" @click=${this.#close}>${t("Close")}</button>`
        }
      </div>`;
  }

  #select(
    name: string,
    kind: MediaDeviceKind,
    chosen: string,
    choose: (id: string) => void,
  ): TemplateResult {
    const found = this._devices.filter((one) => one.kind === kind && one.deviceId);
    const now = chosen || (found[0]?.deviceId ?? "");
    const changed = (event: Event) => choose((event.target as HTMLSelectElement).value);
    const canShare = kind === "videoinput" && "getDisplayMedia" in navigator.mediaDevices;
    return html`<label>${name}
      <select @change=${changed} ?disabled=${!found.length && !canShare}>
        ${found.map(
          (one, index) => html`<option value=${one.deviceId} ?selected=${one.deviceId === now}>
            ${one.label || `${name} ${index + 1}`}
          </option>`,
        )}
        ${found.length ? nothing : html`<option value="">${t("None found")}</option>`}
        ${canShare ? html`<option value=${SCREEN} ?selected=${now === SCREEN}>${t("The screen or a window")}</option>` : nothing}
      </select>
    </label>`;
  }

  #state(): TemplateResult {
    const now = this._publishing;
    switch (now.state) {
      case "live":
        return html`<p role="status"><span class="badge good">${t("Camera connected")}</span></p>${this.#line()}`;
      case "connecting":
        return html`<p role="status"><span class="badge warn">${t("Connecting…")}</span></p>`;
      case "retrying":
        return html`<p role="status"><span class="badge warn">${t("The line was lost. Trying again…")}</span></p>`;
      case "refused":
        return html`<p class="trouble" role="alert">${refusalWords(now.why, now.words)}</p>`;
      case "idle":
        return html`<p role="status" class="muted small-text">${t("Nobody sees this yet.")}</p>`;
    }
  }

  #line(): TemplateResult | typeof nothing {
    const line = this._figures;
    if (!line) return nothing;
    const held =
      line.limit === "bandwidth" || line.loss > WEAK_LOSS
        ? t("Your network is weak: the picture is held back.")
        : line.limit === "cpu"
          ? t("Your device is busy: the picture is held back.")
          : "";
    return html`<p class="figures">
        <span>${line.width} × ${line.height}</span>
        <span>${t("{n} pictures a second", { n: line.fps })}</span>
        <span>${t("{n} kbit/s", { n: formatCount(line.kbps) })}</span>
        <span>${t("{n} ms there and back", { n: line.rttMs })}</span>
        <span>${t("{n} % lost", { n: (line.loss * 100).toFixed(1) })}</span>
      </p>
      ${held ? html`<p class="small-text"><span class="badge warn">${held}</span></p>` : nothing}`;
  }

  static override styles = [...shared, cameraStyles];
}

function troubleWords(trouble: Exclude<Trouble, "">): string {
  switch (trouble) {
    case "denied":
      return t(
        "This page may not use camera and microphone. Allow it beside the address, and try again.",
      );
    case "missing":
      return t("No camera was found. Plug one in, and try again.");
    case "busy":
      return t("Another program uses the camera. Close it, and try again.");
    case "unsupported":
      return t(
        "This browser cannot send a picture here. It needs a recent browser and an address with https.",
      );
  }
}

function refusalWords(
  why: Extract<Publishing, { state: "refused" }>["why"],
  words: string,
): string {
  switch (why) {
    case "busy":
      return t("Another camera is connected to this room now. Connect again to take its place.");
    case "key":
      return words || t("You may not publish in this room any more.");
    case "offer":
      return t("This browser offers no picture that the house can take.");
    case "full":
      return t("The house cannot take another camera now. Try again in a minute.");
    case "other":
      return words || t("The connection could not be made. Your network may block it.");
  }
}

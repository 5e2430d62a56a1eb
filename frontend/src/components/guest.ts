/** `<lh-guest>`: a guest's own place: name, camera, waiting room, and the stage as it is seen. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { GuestHears } from "../generated/wire";
import { postJson, Refused } from "../lib/http";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type Watching, WhepViewer } from "../live/whep";
import type { CameraPass } from "../live/whip";
import type { LhCamera } from "./camera";
import { guestStyles } from "./guests-styles";

const SAY_MS = 2_000;
const NAME_CHARACTERS_MAX = 40;

export class LhGuest extends LitElement {
  static override properties = {
    link: {},
    guest: {},
    show: {},
    name: {},
    ice: { type: Array },
    _hears: { state: true },
    _gone: { state: true },
    _sending: { state: true },
    _watching: { state: true },
  };

  /** What opens the house to this guest, as it stands in the page's address. */
  declare link: string;
  /** The guest's own id: under it the camera comes in, and the stage is heard without oneself. */
  declare guest: string;
  declare show: string;
  declare name: string;
  declare ice: RTCIceServer[];
  declare _hears: GuestHears | null;
  declare _gone: string;
  declare _sending: boolean;
  declare _watching: Watching;

  #timer: ReturnType<typeof setInterval> | undefined;
  #run = "";
  #busy = false;
  readonly #viewer = new WhepViewer(
    {
      connect: (config) => new RTCPeerConnection({ ...config, iceServers: this.ice }),
      fetch: (...given) => fetch(...given),
      pass: () => Promise.resolve(this.link),
    },
    (now, stream) => void this.#show(now, stream),
  );

  constructor() {
    super();
    this.link = "";
    this.guest = "";
    this.show = "";
    this.name = "";
    this.ice = [];
    this._hears = null;
    this._gone = "";
    this._sending = false;
    this._watching = "trying";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#say(), SAY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#viewer.stop();
  }

  protected override firstUpdated(): void {
    void this.#say();
  }

  get #camera(): LhCamera | null {
    return this.renderRoot.querySelector("lh-camera");
  }

  /** Say that we are there, and hear whether we are on stage. */
  async #say(): Promise<void> {
    if (!this.link || this.#busy || this._gone) return;
    this.#busy = true;
    try {
      this._hears = await postJson<GuestHears>(`/api/guest/${this.link}`, {
        name: this.name,
        muted: this.#camera?.isMuted ?? false,
        sending: this._sending,
        level: Math.round((this.#camera?.loudness ?? 0) * 100),
      });
      this.#follow(this._hears.run ?? "");
    } catch (error) {
      if (error instanceof Refused && error.status === 404) this.#leave(error.message);
      // Else the line is gone for a moment: what was known stays.
    } finally {
      this.#busy = false;
    }
  }

  /** The host has ended the link. */
  #leave(words: string): void {
    this._gone = words || t("This link is no longer valid.");
    this.#follow("");
    clearInterval(this.#timer);
  }

  #follow(run: string): void {
    if (run === this.#run) return;
    this.#run = run;
    if (run) this.#viewer.start(`/whep/${run}?without=${this.guest}`);
    else this.#viewer.stop();
  }

  async #show(now: Watching, stream: MediaStream | null): Promise<void> {
    this._watching = now;
    await this.updateComplete;
    const video = this.renderRoot.querySelector("video");
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }

  readonly #pass = (): Promise<CameraPass> =>
    Promise.resolve({
      whip: `/guest-camera/${this.guest}`,
      token: this.link,
      ice_servers: this.ice,
    });

  readonly #published = (event: CustomEvent<string>): void => {
    this._sending = event.detail === "live";
    void this.#say();
  };

  readonly #rename = (event: Event): void => {
    this.name = (event.target as HTMLInputElement).value;
  };

  protected override render(): TemplateResult {
    if (this._gone)
      return html`<div class="guest"><h1>${this.show}</h1><p role="alert">${this._gone}</p></div>`;
    return html`<div class="guest">
      <header><h1>${this.show}</h1>${this.#standing()}</header>
      <div class="sides">
        <section class="box" aria-label=${t("The stage")}>
          <div class="watched">${this.#stage()}</div>
          <div class="said" role="status"><p>${this.#advice()}</p></div>
        </section>
        <section class="box" aria-label=${t("You")}>
          <label class="name">${t("Your name")}
            <input maxlength=${NAME_CHARACTERS_MAX} autocomplete="name" .value=${this.name} @input=${this.#rename} />
          </label>
          <lh-camera .pass=${this.#pass} @publishing=${this.#published}></lh-camera>
        </section>
      </div>
    </div>`;
  }

  #standing(): TemplateResult | typeof nothing {
    if (this._hears?.on_stage && this._sending)
      return html`<span class="badge live">${t("You are on stage")}</span>`;
    return this._sending
      ? html`<span class="badge good">${t("In the waiting room")}</span>`
      : nothing;
  }

  #stage(): TemplateResult {
    if (!this._hears?.run) return html`<p>${t("The show has not begun yet.")}</p>`;
    return html`<video autoplay playsinline aria-label=${t("The stage, without your own voice")}></video>
      ${this._watching === "refused" ? html`<p>${t("The stage cannot be shown here now.")}</p>` : nothing}`;
  }

  #advice(): string {
    const hears = this._hears;
    if (!this._sending)
      return t("Choose camera and microphone, and connect: then the host can let you on stage.");
    if (hears?.on_stage && hears.silenced) return t("The host has silenced you for now.");
    if (hears?.on_stage)
      return t("Everybody sees and hears you. Headphones keep your sound clean.");
    return t("The host sees that you are here, and lets you on stage. Nobody else sees you yet.");
  }

  static override styles = [...shared, guestStyles];
}

/** `<lh-source>`: what the show plays, how OBS is connected, and what arrives from the camera. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { CameraState, ShowSource } from "../generated/wire";
import { getJson, postJson } from "../lib/http";
import { icon } from "../lib/icons";
import { Lookout } from "../lib/lookout";
import { whyNot } from "../lib/refusals";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { type PictureFigures, pictureFigures } from "./picture-figures";
import { pictureForm } from "./picture-form";
import { sourceStyles } from "./source-styles";

const LOOK_MS = 2_000;
const COPIED_MS = 2_000;
/** Longer than this, and viewers wait: a picture can only be cut at a keyframe. */
const KEY_INTERVAL_SECONDS_MAX = 2.4;

/** Why a slate stands in for what a server elsewhere should show. */
const PROBLEMS: Record<string, () => string> = {
  fetch_not_allowed: () => t("This address is not on the public internet, or not one for video."),
  fetch_unreachable: () => t("Nobody answers at this address."),
  fetch_lost: () => t("The connection was lost. It is tried again."),
  unsupported_codec: () => t("Only H.264 pictures can be shown."),
  broken_video: () => t("This file cannot be played: it is damaged, or not a video."),
};

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
    _form: { state: true },
    _list: { state: true },
  };

  declare slug: string;
  declare _source: ShowSource | null;
  declare _picture: PictureFigures | null;
  declare _error: string;
  declare _copied: Copied;
  declare _shown: boolean;
  declare _sure: boolean;
  /** What is being chosen in more words than one. */
  declare _form: "" | "files" | "address";
  declare _list: string[];

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
    this._form = "";
    this._list = [];
    new Lookout(this, LOOK_MS, () => this.#look());
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    const found = await getJson<ShowSource>(this.#address("source"));
    if (!this.#busy) this._source = found;
    this._picture = await getJson<PictureFigures | null>(this.#address("picture"));
    const detail = this._picture?.unrecorded ?? "";
    this.dispatchEvent(new CustomEvent<string>("unrecorded", { detail }));
  }

  async #send(path: string, body: unknown = {}): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this._error = "";
    try {
      this._source = await postJson<ShowSource>(this.#address(path), body);
    } catch (error) {
      this._error = whyNot(error);
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
    this._form = source === "files" || source === "address" ? source : "";
    if (this._form) this._list = [...(this._source?.playlist ?? [])];
    else void this.#send("source", { source, file: file ?? "" });
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
      ${this.#choice(source)} ${this.#more(source)} ${this.#camera(source)} ${pictureFigures(this._picture)}
      <details>
        <summary>${t("Delay and sizes")}</summary>
        <div class="source">${pictureForm(source.form, (wish) => void this.#send("form", wish))}</div>
      </details>
      <details>
        <summary>${t("OBS and other encoders")}</summary>
        <div class="source">${this.#encoder(source)}</div>
      </details>
    </div>`;
  }

  #choice(source: ShowSource): TemplateResult {
    const now = this._form || (source.source === "file" ? `file:${source.file}` : source.source);
    const choices: [string, string][] = [
      ["camera", t("Camera")],
      ["stage", t("Test stage")],
      ...source.files.map(({ name, title }): [string, string] => [`file:${name}`, title]),
      ["address", t("A server elsewhere")],
    ];
    if (source.files.length) choices.push(["files", t("Several videos, one after the other")]);
    // A file that an owner has chosen stays on the list of a host, who may not choose it.
    if (!choices.some(([value]) => value === now)) {
      choices.push([now, titles(source, source.file ? [source.file] : source.playlist).join(", ")]);
    }
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

  /** What the choice needs beside its name. */
  #more(source: ShowSource): TemplateResult | typeof nothing {
    if (this._form === "address") return this.#addressForm(source);
    if (this._form === "files") return this.#filesForm(source);
    const told = PROBLEMS[source.problem]?.();
    const where =
      source.source === "address" ? source.address : titles(source, source.playlist).join(" · ");
    if (!where && !told) return nothing;
    return html`<p class="state small-text" role="status">
      ${where ? html`<span class="muted">${where}</span>` : nothing}
      ${told ? html`<span class="badge warn">${told}</span>` : nothing}
    </p>`;
  }

  #addressForm(source: ShowSource): TemplateResult {
    return html`<form class="line" @submit=${this.#fetch}>
      <label>
        ${t("Address by RTSP, RTMP or HLS")}
        <input name="address" required maxlength="1000" inputmode="url" autocapitalize="none"
          spellcheck="false" placeholder=${source.address || "rtsp://camera.example/stream"} />
      </label>
      <button class="button small primary">${t("Show this")}</button>
    </form>`;
  }

  #filesForm(source: ShowSource): TemplateResult {
    return html`<form class="source" @submit=${this.#playList}>
      <ol class="list">
        ${this._list.map(
          (name, at) =>
            html`<li>
              ${titles(source, [name])}
              <button type="button" class="button small quiet icon" aria-label=${t("Move up")}
                ?disabled=${at === 0} @click=${() => this.#swap(at, at - 1)}>${icon("up")}</button>
              <button type="button" class="button small quiet icon" aria-label=${t("Move down")}
                ?disabled=${at === this._list.length - 1} @click=${() => this.#swap(at, at + 1)}>
                ${icon("down")}</button>
              <button type="button" class="button small quiet"
                @click=${() => {
                  this._list = this._list.filter((_, place) => place !== at);
                }}>${t("Leave out")}</button>
            </li>`,
        )}
      </ol>
      <label>
        ${t("Add a video")}
        <select @change=${this.#add}>
          <option value=""></option>
          ${source.files.map(({ name, title }) => html`<option value=${name}>${title}</option>`)}
        </select>
      </label>
      <label class="check"
        ><input type="checkbox" name="loops" ?checked=${source.loops} />${t("Over and over")}</label
      >
      <p class="muted small-text">
        ${t("Such a show begins by itself at its time and ends with the last video. Viewers read that it was filmed before.")}
      </p>
      <button class="button small primary" ?disabled=${!this._list.length}>${t("Show these")}</button>
    </form>`;
  }

  #swap(at: number, other: number): void {
    const list = [...this._list];
    [list[at], list[other]] = [list[other] ?? "", list[at] ?? ""];
    this._list = list;
  }

  readonly #add = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    if (select.value) this._list = [...this._list, select.value];
    select.value = "";
  };

  readonly #fetch = (event: SubmitEvent): void => {
    event.preventDefault();
    const address = new FormData(event.target as HTMLFormElement).get("address");
    this._form = "";
    void this.#send("source", { source: "address", address });
  };

  readonly #playList = (event: SubmitEvent): void => {
    event.preventDefault();
    const loops = new FormData(event.target as HTMLFormElement).has("loops");
    this._form = "";
    void this.#send("source", { source: "files", playlist: this._list, loops });
  };

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

/** The words for files that were chosen by name; what is not on offer is told as it is. */
function titles(source: ShowSource, names: string[]): string[] {
  return names.map((name) => source.files.find((file) => file.name === name)?.title ?? name);
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

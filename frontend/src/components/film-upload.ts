/** `<lh-film-upload>`: choose files, watch them go up; one that broke off goes on where it was. */
import { html, LitElement, nothing, type TemplateResult, unsafeCSS } from "lit";
import { whyNot } from "../lib/refusals";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { upload, uploadPorts } from "../live/upload";
import forms from "../styles/forms.css?inline";

export class LhFilmUpload extends LitElement {
  static override properties = {
    store: {},
    _waiting: { state: true },
    _name: { state: true },
    _share: { state: true },
    _error: { state: true },
  };

  declare store: string;
  declare _waiting: File[];
  /** The file that is going up; empty while none is. */
  declare _name: string;
  declare _share: number;
  declare _error: string;

  #leave = new AbortController();

  constructor() {
    super();
    this.store = "";
    this._waiting = [];
    this._name = "";
    this._share = 0;
    this._error = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("beforeunload", this.#ask);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#ask);
    this.#leave.abort();
  }

  /** Leaving ends the upload: the browser asks whether that is meant. */
  readonly #ask = (event: BeforeUnloadEvent): void => {
    if (this._name) event.preventDefault();
  };

  readonly #choose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this._waiting = [...this._waiting, ...(input.files ?? [])];
    input.value = "";
    if (!this._name) void this.#send();
  };

  async #send(): Promise<void> {
    this._error = "";
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    for (let file = this._waiting[0]; file; file = this._waiting[0]) {
      const size = file.size;
      this._waiting = this._waiting.slice(1);
      [this._name, this._share] = [file.name, 0];
      try {
        await upload(file, uploadPorts(this.store, signal), signal, (received) => {
          this._share = size ? received / size : 0;
        });
      } catch (error) {
        if (!signal.aborted) this._error = `${file.name}: ${whyNot(error)}`;
      }
      this._name = "";
      document.body.dispatchEvent(new CustomEvent("films-changed"));
      if (signal.aborted) break;
    }
  }

  readonly #stop = (): void => {
    this._waiting = [];
    this.#leave.abort();
  };

  protected override render(): TemplateResult {
    return html`
      <label class="field">
        <span class="field-label">${t("Video files")}</span>
        <input class="input" type="file" accept="video/*,.mkv,.ts,.flv" multiple @change=${this.#choose} />
      </label>
      ${this._error ? html`<p class="bad" role="alert">${this._error}</p>` : nothing}
      ${this._name ? this.#going() : nothing}`;
  }

  #going(): TemplateResult {
    const percent = Math.floor(this._share * 100);
    return html`<div role="group" aria-label=${this._name}>
      <p class="small-text">
        ${this._name} · ${percent} %
        ${this._waiting.length ? t("{n} more wait", { n: this._waiting.length }) : nothing}
      </p>
      <progress class="progress" max="100" value=${percent} aria-label=${t("Progress")}></progress>
      <p>
        <button class="button small" type="button" @click=${this.#stop}>${t("Stop")}</button>
      </p>
    </div>`;
  }

  static override styles = [...shared, unsafeCSS(forms)];
}

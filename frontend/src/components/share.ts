/** `<lh-share>`: one's own link to a show or a draw, as a code to scan, to send, and as a poster. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { MyLink } from "../generated/wire";
import { postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { savePoster } from "../lib/poster";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";

export class LhShare extends LitElement {
  static override properties = {
    kind: {},
    name: {},
    words: {},
    signIn: { attribute: "sign-in" },
    _mine: { state: true },
    _isGuest: { state: true },
    _copied: { state: true },
  };

  /** What is shared: a show by its slug, a draw by the id of a round. */
  declare kind: Shared["kind"];
  declare name: string;
  declare words: string;
  declare signIn: string;
  declare _mine: MyLink | null;
  declare _isGuest: boolean;
  declare _copied: boolean;

  constructor() {
    super();
    this.kind = "show";
    this.name = "";
    this.words = "";
    this.signIn = "/sign-in";
    this._mine = null;
    this._isGuest = false;
    this._copied = false;
  }

  /** Open with the plain link at once; one's own follows. */
  async open(): Promise<void> {
    this._copied = false;
    await this.updateComplete;
    this.renderRoot.querySelector("dialog")?.showModal();
    try {
      const by = new URL(location.href).searchParams.get("by") ?? "";
      this._mine = await postJson<MyLink>(`/api/share/${this.kind}/${this.name}`, { by });
    } catch (error) {
      this._isGuest = error instanceof Refused && error.status === 401;
    }
  }

  get #address(): string {
    return new URL(this._mine?.path ?? `/${this.kind}s/${this.name}`, location.href).href;
  }

  readonly #send = (): void => {
    // Who closes the sheet has changed their mind: nothing is wrong.
    void navigator.share({ title: this.words, url: this.#address }).catch(() => undefined);
  };

  readonly #copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(this.#address);
    this._copied = true;
  };

  readonly #close = (): void => this.renderRoot.querySelector("dialog")?.close();

  protected override render(): TemplateResult {
    const mine = this._mine;
    return html`<dialog aria-labelledby="share" @click=${this.#beside}>
      <header>
        <h2 id="share" tabindex="-1" autofocus>${t("Share")}</h2>
        <button class="button quiet icon" aria-label=${t("Close")} @click=${this.#close}>${icon("close")}</button>
      </header>
      ${mine ? html`<img src=${mine.qr} width="220" height="220" alt=${t("A code to scan, which leads to {title}", { title: this.words })} />` : nothing}
      <input class="input" readonly aria-label=${mine ? t("Your link") : t("Link")} .value=${this.#address}
        @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
      <div class="buttons">
        ${"share" in navigator ? html`<button class="button primary" @click=${this.#send}>${icon("share")}${t("Send")}</button>` : nothing}
        ${navigator.clipboard ? html`<button class="button" @click=${this.#copy}>${this._copied ? t("Copied") : t("Copy the link")}</button>` : nothing}
        ${mine ? html`<button class="button" @click=${() => savePoster(mine.poster)}>${t("Save the poster")}</button>` : nothing}
      </div>
      ${this.#words(mine)}
    </dialog>`;
  }

  #words(mine: MyLink | null): TemplateResult | typeof nothing {
    if (this._isGuest) {
      return html`<p class="small-text muted">${t("Sign in to have a link of your own, with a code and a poster.")}
        <a href=${this.signIn}>${t("Sign in")}</a></p>`;
    }
    if (!mine) return nothing;
    return html`<p class="small-text muted" role="status">
      ${mine.brought ? tn("{n} friend came by your link.", "{n} friends came by your link.", mine.brought) : t("Who comes by it counts as brought by you, once.")}
      <a href=${`/share/${this.kind}/${this.name}`}>${t("Who came")}</a>
    </p>`;
  }

  readonly #beside = (event: Event): void => {
    if ((event.target as Element).localName === "dialog") this.#close();
  };

  static override styles = [
    ...shared,
    css`
      dialog {
        width: min(24rem, calc(100vw - 2rem));
        padding: var(--gap-4);
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface-raised);
        color: var(--text);
      }
      dialog[open] {
        display: grid;
        gap: var(--gap-3);
        justify-items: center;
      }
      dialog::backdrop {
        background: var(--shade);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        width: 100%;
      }
      img {
        border-radius: var(--radius);
        background: #fff;
      }
      .input {
        width: 100%;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-2);
        justify-content: center;
      }
    `,
  ];
}

customElements.define("lh-share", LhShare);

export interface Shared {
  kind: "show" | "draw";
  name: string;
  title: string;
}

/** Open the dialog for it in this place; there is one of it. */
export async function openShare(
  root: ParentNode & Node,
  what: Shared,
  signIn: string,
): Promise<void> {
  let found = root.querySelector<LhShare>("lh-share");
  if (!found) {
    found = document.createElement("lh-share") as LhShare;
    root.append(found);
  }
  if (found.name !== what.name) found._mine = null;
  found.kind = what.kind;
  found.name = what.name;
  found.words = what.title;
  found.signIn = signIn;
  await found.open();
}

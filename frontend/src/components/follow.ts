/** `<lh-follow>`: follow the show's store, or no more; who is not signed in does that first. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { FollowInfo } from "../generated/wire";
import { formatCount } from "../lib/format";
import { csrfToken, getJson, postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { FOLLOWED } from "../live/following";

export class LhFollow extends LitElement {
  static override properties = {
    store: {},
    storeName: { attribute: "store-name" },
    show: {},
    overlay: { type: Boolean, reflect: true },
    signedIn: { attribute: false },
    _info: { state: true },
  };

  declare store: string;
  declare storeName: string;
  /** Where the viewer is. */
  declare show: string;
  /** Over the picture there is room for the button alone. */
  declare overlay: boolean;
  /** As the room knows it; without a room nobody has said so yet. */
  declare signedIn: boolean | undefined;
  declare _info: FollowInfo | null;
  #asked = "";

  constructor() {
    super();
    this.store = "";
    this.storeName = "";
    this.show = "";
    this.overlay = false;
    this.signedIn = undefined;
    this._info = null;
  }

  protected override willUpdate(_changes: PropertyValues): void {
    // A guest follows nobody: that needs no question.
    if (!this.store || this.signedIn === false || this.#asked === this.store) return;
    this.#asked = this.store;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      this._info = await getJson<FollowInfo>(`/api/stores/${this.store}/following`);
    } catch {
      // The button says what a press does, whatever we knew before.
    }
  }

  readonly #press = (): void => {
    void this.#change(this._info?.follows === true);
  };

  /** Follow; for who does already nothing changes. */
  async follow(): Promise<void> {
    await this.#change(false);
  }

  async #change(stops: boolean): Promise<void> {
    try {
      this._info = await postJson<FollowInfo>(
        `/api/stores/${this.store}/${stops ? "unfollow" : "follow"}`,
        stops ? {} : { show: this.show },
      );
      const store = this.storeName;
      this.#tell(
        stops
          ? t("{store} does not write to you any more.", { store })
          : t("We write to you about shows of {store}.", { store }),
      );
      document.dispatchEvent(new Event(FOLLOWED));
    } catch (error) {
      this.#tell((error instanceof Refused && error.message) || t("That did not work"));
    }
  }

  #tell(words: string): void {
    this.dispatchEvent(new CustomEvent("tell", { detail: words, bubbles: true, composed: true }));
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.store) return nothing;
    const isGuest = this.signedIn === false || this._info?.signed_in === false;
    if (!isGuest && !this._info) return nothing;
    return html`${isGuest ? this.#guest() : this.#button()}
      ${this._info?.followers && !this.overlay ? html`<span class="muted small-text">${tn("{n} follows", "{n} follow", this._info.followers, { n: formatCount(this._info.followers) })}</span>` : nothing}`;
  }

  #button(): TemplateResult {
    const follows = this._info?.follows === true;
    return html`<button class="button small ${follows || this.overlay ? "" : "primary"}" aria-pressed=${follows}
      title=${promise()} aria-label=${t("Follow {store}", { store: this.storeName })} @click=${this.#press}>
      ${follows ? html`${icon("check")}${t("Following")}` : label()}
    </button>`;
  }

  /** A form of the page, which leads through the door and back, and then it is done. */
  #guest(): TemplateResult {
    return html`<form method="post" action=${`/stores/${this.store}/follow`}>
      <input type="hidden" name="csrf_token" value=${csrfToken()} />
      <input type="hidden" name="show" value=${this.show} />
      <input type="hidden" name="next" value=${`/shows/${this.show}`} />
      <button class="button small ${this.overlay ? "" : "primary"}" title=${promise()}
        aria-label=${t("Follow {store}", { store: this.storeName })}>${label()}</button>
    </form>`;
  }

  static override styles = [
    ...shared,
    css`
      :host {
        display: inline-flex;
        flex-wrap: wrap;
        gap: var(--gap-2);
        align-items: center;
      }
      small {
        font-size: 0.75rem;
        font-weight: 400;
      }
    `,
  ];
}

/** What a press brings, in a few words on the button itself. */
function label(): TemplateResult {
  return html`${t("Follow")} <small>${t("letters about its shows")}</small>`;
}

/** The same in full. */
function promise(): string {
  return t(
    "A letter when shows are planned, one a day at most, and one when a show begins. Each has a link that ends it.",
  );
}

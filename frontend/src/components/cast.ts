/** `<lh-cast>`: "play this on the TV", for who has paired one with this phone. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { postJson, Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";

/** Whether there is a TV at all is known here, so that nobody else's page asks for one. */
const KEY = "livehouse.screen";

export class LhCast extends LitElement {
  static override properties = { slug: {} };

  declare slug: string;

  constructor() {
    super();
    this.slug = "";
  }

  readonly #play = async (): Promise<void> => {
    try {
      await postJson(`/api/screens/${ownScreen()}`, { show: this.slug });
      location.assign("/remote");
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 0) return;
      // It was unpaired elsewhere, or is another person's.
      forgetScreen();
      this.requestUpdate();
    }
  };

  protected override render(): TemplateResult | typeof nothing {
    if (!ownScreen()) return nothing;
    return html`<button class="button" @click=${this.#play}>${icon("tv")}${t("Play on the TV")}</button>`;
  }

  static override styles = [
    ...shared,
    css`
      :host {
        display: contents;
      }
    `,
  ];
}

export function rememberScreen(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // Private windows may refuse: the way to the TV is its page then.
  }
}

export function forgetScreen(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Then it was never kept.
  }
}

function ownScreen(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

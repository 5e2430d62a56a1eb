/** `<lh-programme>`: what is on stage and what comes next; pressed, the whole programme. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { formatSpan } from "../lib/format";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { type Coming, nextOf, programmeOf } from "../live/programme";

export class LhProgramme extends LitElement {
  static override properties = {
    state: { type: Object },
    now: { attribute: false },
  };

  declare state: RoomState | null;
  declare now: () => number;

  constructor() {
    super();
    this.state = null;
    this.now = Date.now;
    new Ticker(this, () => this.state?.programme !== undefined);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  protected override render(): TemplateResult | typeof nothing {
    const nowMs = this.now();
    const acts = programmeOf(this.state, nowMs);
    if (!acts.length) return nothing;
    const on = acts.find((act) => act.state === "on");
    const next = nextOf(acts);
    return html`<button class="strip" aria-haspopup="dialog" @click=${() => this.#dialog?.showModal()}>
        ${on ? html`<span class="on"><span class="word">${t("Now")}</span><span class="act">${on.title}</span></span>` : nothing}
        ${
          next
            ? html`<span class="next"><span class="word">${t("Next")}</span><span class="act">${next.title}</span>
              <span class="figures">${formatSpan(next.startsAt - nowMs)}</span></span>`
            : nothing
        }
        ${on || next ? nothing : html`<span>${t("Programme")}</span>`}
      </button>
      <dialog aria-labelledby="programme" @click=${this.#beside}>
        <header>
          <h2 id="programme" tabindex="-1" autofocus>${t("Programme")}</h2>
          <button class="button quiet icon" aria-label=${t("Close")} @click=${() => this.#dialog?.close()}>
            ${icon("close")}
          </button>
        </header>
        <ol>${acts.map((act) => this.#row(act))}</ol>
      </dialog>`;
  }

  #row(act: Coming): TemplateResult {
    return html`<li class=${act.state} aria-current=${act.state === "on" ? "step" : nothing}>
      <time class="figures" datetime=${new Date(act.startsAt).toISOString()}>${clockTime(act.startsAt)}</time>
      <span><strong>${act.title}</strong>${act.people ? html`<small class="muted">${act.people}</small>` : nothing}</span>
      ${act.state === "on" ? html`<span class="badge live">${t("Now")}</span>` : nothing}
    </li>`;
  }

  readonly #beside = (event: Event): void => {
    if (event.target === this.#dialog) this.#dialog?.close();
  };

  static override styles = [
    ...shared,
    css`
      .strip {
        display: flex;
        gap: var(--gap-3);
        max-width: 100%;
        padding: var(--gap-1) var(--gap-3);
        border: 0;
        border-radius: 99rem;
        background: rgb(8 5 12 / 55%);
        color: #fff;
        font: inherit;
        font-size: var(--size-small);
        text-align: start;
        cursor: pointer;
        position: relative;
      }
      /* The strip stays slim; a thumb finds it all the same. */
      .strip::after {
        content: "";
        position: absolute;
        inset: -0.45rem 0;
      }
      .strip > span {
        display: flex;
        gap: 0.4em;
        min-width: 0;
        white-space: nowrap;
      }
      .strip .act {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .word {
        opacity: 0.75;
      }
      dialog {
        width: min(32rem, calc(100vw - 2rem));
        max-height: 80dvh;
        padding: var(--gap-4);
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface-raised);
        color: var(--text);
      }
      dialog::backdrop {
        background: var(--shade);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      li {
        display: flex;
        align-items: baseline;
        gap: var(--gap-3);
        padding: var(--gap-2) 0;
        border-top: 1px solid var(--line);
      }
      li > span:nth-child(2) {
        flex: 1;
        display: grid;
      }
      li.played {
        color: var(--text-muted);
      }
    `,
  ];
}

function clockTime(ms: number): string {
  const language = document.documentElement.lang || "en";
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(ms);
}

/** `<lh-toasts>`: small news that come and go: purchases in the room, "link copied". */
import { css, html, LitElement, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { shared } from "../lib/shared-styles";

const SHOWN_MAX = 2;
const QUEUE_MAX = 4;
const SHOWN_MS = 3_200;

interface Toast {
  id: number;
  text: string;
}

export class LhToasts extends LitElement {
  static override properties = { _shown: { state: true } };

  declare _shown: Toast[];
  #queue: Toast[] = [];
  #next = 1;

  constructor() {
    super();
    this._shown = [];
  }

  /** Beyond a few in a row the oldest that waits is left out: this is mood, not record. */
  add(text: string): void {
    this.#queue.push({ id: this.#next++, text });
    if (this.#queue.length > QUEUE_MAX) this.#queue.shift();
    this.#pump();
  }

  #pump(): void {
    while (this._shown.length < SHOWN_MAX) {
      const toast = this.#queue.shift();
      if (!toast) return;
      this._shown = [...this._shown, toast];
      setTimeout(() => {
        this._shown = this._shown.filter((one) => one.id !== toast.id);
        this.#pump();
      }, SHOWN_MS);
    }
  }

  protected override render(): TemplateResult {
    return html`${repeat(
      this._shown,
      (toast) => toast.id,
      (toast) => html`<p>${toast.text}</p>`,
    )}`;
  }

  static override styles = [
    ...shared,
    css`
      :host {
        display: grid;
        justify-items: start;
        gap: var(--gap-1);
        pointer-events: none;
      }
      p {
        max-width: 100%;
        padding: 0.3rem 0.85rem;
        border-radius: var(--radius-round);
        background: rgb(61 45 20 / 86%);
        color: #ffdca6;
        font-size: var(--size-small);
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        animation: pass 3.2s var(--ease) both;
      }
      @keyframes pass {
        0% {
          opacity: 0;
          transform: translateX(-12px);
        }
        8%,
        90% {
          opacity: 1;
          transform: none;
        }
        100% {
          opacity: 0;
        }
      }
    `,
  ];
}

/** How the chat looks: in a panel, over the picture, and with a moderator's tools. */
import { css } from "lit";

export const chatStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .log-frame {
    position: relative;
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .log {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: var(--gap-3) var(--gap-4);
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .log ol {
    display: flex;
    flex-direction: column;
    gap: var(--gap-2);
    min-height: 100%;
    justify-content: flex-end;
  }
  .first {
    padding-block: var(--gap-5);
    text-align: center;
  }
  .line {
    position: relative;
    line-height: 1.4;
    overflow-wrap: anywhere;
    animation: come var(--calm) var(--ease);
  }
  @keyframes come {
    from {
      opacity: 0;
      transform: translateY(6px);
    }
  }
  .line .badge {
    min-height: 1.25rem;
    padding: 0 0.45rem;
    font-size: 0.75rem;
    margin-inline-end: 0.4em;
    vertical-align: 0.08em;
  }
  .name {
    color: var(--text-muted);
    font-weight: 640;
    margin-inline-end: 0.35em;
  }
  .own .name {
    color: var(--accent);
  }
  .host .name {
    color: var(--amber);
  }
  .sending {
    opacity: 0.6;
  }
  :is(.failed, .refused) .text {
    opacity: 0.7;
  }
  .fate {
    color: var(--text-muted);
    font-size: var(--size-small);
  }
  .fate.bad {
    color: var(--bad);
  }
  .pill {
    position: absolute;
    inset: auto 0 var(--gap-2);
    width: max-content;
    margin-inline: auto;
    display: flex;
    align-items: center;
    gap: 0.35em;
    min-height: var(--target-small);
    padding: 0 0.9rem;
    border: 0;
    border-radius: var(--radius-round);
    background: var(--accent);
    color: var(--on-accent);
    font: inherit;
    font-size: var(--size-small);
    font-weight: 640;
    box-shadow: var(--shadow);
    cursor: pointer;
  }
  .composer {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    padding: var(--gap-3) var(--gap-4);
  }
  :host(:not([overlay])) .composer {
    border-top: 1px solid var(--line);
  }
  .say {
    position: relative;
    flex: 1;
    min-width: 0;
    display: flex;
  }
  .say input {
    flex: 1;
    min-width: 0;
    min-height: var(--target);
    padding: 0.4rem 3rem 0.4rem 1rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-round);
    background: var(--surface-raised);
    color: var(--text);
    font: inherit;
  }
  .say input::placeholder {
    color: var(--text-muted);
    opacity: 1;
  }
  .send {
    position: absolute;
    inset: 0 0 0 auto;
    width: var(--target);
    display: grid;
    place-items: center;
    border: 0;
    padding: 0;
    background: none;
    color: var(--accent);
    font: inherit;
    cursor: pointer;
  }
  .send:disabled {
    color: var(--text-muted);
    opacity: 0.6;
    cursor: default;
  }
  .shut-in,
  .shut {
    flex: 1;
    min-width: 0;
  }
  .tools {
    display: flex;
  }
  :host([moderating]) .line {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
  }
  :host([moderating]) .fate {
    grid-column: 1 / -1;
  }
  .tools .button.icon {
    width: var(--target-small);
    min-height: var(--target-small);
    color: var(--text-muted);
    border: 0;
  }
  .tools .button:hover {
    color: var(--bad);
  }

  /* Over the picture */
  :host([overlay][recording]) .composer {
    display: none;
  }
  :host([overlay][recording]) .line {
    pointer-events: auto;
  }
  .between {
    display: contents;
  }
  /* A draw and a battle at once are more than a phone has room for: the line to write in stays. */
  :host([overlay]) .between {
    display: grid;
    flex: 0 1 auto;
    gap: var(--gap-2);
    min-height: 0;
    max-height: calc(100% - 5.5rem);
    overflow-y: auto;
    scrollbar-width: none;
  }
  :host([overlay]) .log {
    padding: var(--gap-5) 0 var(--gap-1);
    mask-image: linear-gradient(transparent, #000 3.5rem);
    scrollbar-width: none;
  }
  :host([overlay]) .line {
    align-self: flex-start;
    max-width: 100%;
    padding: 0.25rem 0.7rem;
    border-radius: 1rem;
    background: rgb(15 10 22 / 52%);
    color: #fff;
    font-size: 0.9375rem;
  }
  :host([overlay]) .name {
    color: #ffd7a0;
  }
  :host([overlay]) .own .name {
    color: #ffb09a;
  }
  :host([overlay]) .composer {
    padding: var(--gap-2) 0 0;
  }
  :host([overlay]) :is(.say input, .shut-in) {
    border-color: rgb(255 255 255 / 34%);
    background: rgb(15 10 22 / 62%);
    color: #fff;
  }
  :host([overlay]) .say input::placeholder {
    color: rgb(255 255 255 / 86%);
  }
`;

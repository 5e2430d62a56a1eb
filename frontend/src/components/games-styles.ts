/** How the one place for what goes on in a room looks: a row of names, one card, and a chip for all. */
import { css } from "lit";

export const gamesStyles = css`
  :host {
    min-width: 0;
  }
  :host(:not([overlay])) {
    padding: var(--gap-3) var(--gap-3) 0;
  }
  .head {
    display: flex;
    gap: var(--gap-2);
    align-items: center;
    margin-bottom: var(--gap-1);
  }
  .tabs {
    display: flex;
    flex: 1;
    gap: var(--gap-1);
    min-width: 0;
    overflow-x: auto;
    padding-inline-end: 1.25rem;
    mask-image: linear-gradient(to left, transparent, #000 1.25rem);
    scrollbar-width: none;
  }
  [role="tab"],
  .fold,
  .chip {
    display: inline-flex;
    flex: none;
    align-items: center;
    gap: 0.4em;
    min-height: var(--target-small);
    padding: 0 0.75rem;
    border: 1px solid var(--line);
    border-radius: var(--radius-round);
    background: var(--surface-raised);
    color: var(--text);
    font: inherit;
    font-size: var(--size-small);
    cursor: pointer;
  }
  [role="tab"][aria-selected="true"] {
    border-color: var(--amber);
    font-weight: 700;
  }
  [role="tab"]:focus-visible {
    outline-offset: -3px;
  }
  .fold {
    min-width: var(--target-small);
    justify-content: center;
    padding: 0;
  }
  .chip .icon {
    transform: rotate(180deg);
  }
  .chip .figures,
  [role="tab"] .figures {
    color: var(--amber);
  }
  .dot {
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: var(--accent);
  }
  .panel {
    touch-action: pan-y;
  }
  :host([overlay]) :is([role="tab"], .fold, .chip) {
    background: rgb(31 26 41 / 88%);
  }
  :host([overlay]) .panel {
    max-height: min(17rem, 36dvh);
    overflow-y: auto;
    border-radius: var(--radius);
    scrollbar-width: none;
  }
`;

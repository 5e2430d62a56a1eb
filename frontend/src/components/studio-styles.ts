/** How the studio is laid out: all at a glance on a desk, one after the other on a phone. */
import { css } from "lit";

export const studioStyles = css`
  :host {
    position: relative;
    background: var(--bg);
  }
  .studio {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-4);
    padding: var(--gap-4) max(var(--gap-4), env(safe-area-inset-right))
      calc(var(--gap-5) + env(safe-area-inset-bottom)) max(var(--gap-4), env(safe-area-inset-left));
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-3);
  }
  .head h1 {
    margin: 0;
    font-size: clamp(1.25rem, 1rem + 1vw, 1.75rem);
    letter-spacing: -0.02em;
    line-height: 1.2;
  }
  .head .name {
    flex: 1 1 14rem;
    min-width: 0;
    display: grid;
    gap: var(--gap-1);
  }
  .states {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
  }
  .button-row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }
  .box {
    min-width: 0;
    min-height: 0;
    display: flex;
    flex-direction: column;
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    background: var(--surface);
    overflow: hidden;
  }
  .box > h2 {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    padding: var(--gap-3) var(--gap-4);
    border-bottom: 1px solid var(--line);
    font-size: 1rem;
  }
  lh-player {
    aspect-ratio: 16 / 9;
    width: 100%;
    border-radius: var(--radius-large);
  }
  .off {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--gap-2);
    padding: var(--gap-4);
    text-align: center;
    color: #fff;
    background: rgb(8 5 12 / 62%);
  }
  .left {
    display: grid;
    grid-auto-rows: max-content;
    gap: var(--gap-4);
    align-content: start;
    min-width: 0;
  }
  .numbers {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: var(--gap-3);
  }
  .number {
    position: relative;
    min-width: 0;
    padding: var(--gap-3) var(--gap-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    overflow: hidden;
  }
  .number:last-child {
    grid-column: 1 / -1;
  }
  .number dt {
    color: var(--text-muted);
    font-size: var(--size-small);
  }
  .number dd {
    margin: 0;
    font-size: 1.5rem;
    font-weight: 740;
    letter-spacing: -0.025em;
    line-height: 1.2;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .number svg {
    width: 100%;
    height: 1.75rem;
    margin-top: var(--gap-1);
    color: var(--accent);
    overflow: visible;
  }
  dl {
    margin: 0;
  }
  .offers li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-2) var(--gap-3);
    align-items: center;
    padding: var(--gap-3) var(--gap-4);
    border-bottom: 1px solid var(--line);
  }
  .offers li:last-child {
    border-bottom: 0;
  }
  .offers li.pinned {
    background: var(--accent-soft);
  }
  .offers .matter {
    display: grid;
    gap: 0.15rem;
    min-width: 0;
  }
  .offers h3 {
    font-size: 1rem;
    overflow-wrap: anywhere;
  }
  .offers .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-1) var(--gap-3);
    color: var(--text-muted);
    font-size: var(--size-small);
  }
  .offers .button-row {
    grid-column: 1 / -1;
  }
  .scroll {
    overflow-y: auto;
    min-height: 0;
    flex: 1;
  }
  .none {
    padding: var(--gap-6) var(--gap-4);
    text-align: center;
    color: var(--text-muted);
  }
  .chat lh-chat {
    flex: 1;
  }
  .pace select {
    min-height: var(--target-small);
    padding: 0 var(--gap-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface-raised);
    color: inherit;
    font: inherit;
  }
  .pace {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    padding: var(--gap-2) var(--gap-4);
  }
  .chat {
    height: 34rem;
    max-height: 80dvh;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: var(--gap-3);
    padding: var(--gap-2) var(--gap-3);
    border: 1px solid var(--bad);
    border-radius: var(--radius);
    background: var(--bad-soft);
  }
  .notice p {
    flex: 1;
  }
  dialog {
    width: min(28rem, calc(100vw - 2rem));
    padding: var(--gap-5);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    background: var(--surface-raised);
    color: var(--text);
    box-shadow: var(--shadow-high);
  }
  dialog::backdrop {
    background: var(--shade);
  }
  dialog[open] {
    display: grid;
    gap: var(--gap-3);
  }

  @media (width >= 48rem) {
    .offers li {
      grid-template-columns: auto minmax(0, 1fr) auto;
    }
    .offers .button-row {
      grid-column: auto;
    }
  }
  @media (width >= 64rem) {
    .studio {
      position: absolute;
      inset: 0;
      padding: var(--gap-4) var(--gap-5) var(--gap-5);
      grid-template-columns: minmax(18rem, 1fr) minmax(24rem, 1.25fr) minmax(18rem, 0.9fr);
      grid-template-rows: auto minmax(0, 1fr);
    }
    .head,
    .notice {
      grid-column: 1 / -1;
    }
    .studio:has(> .notice) {
      grid-template-rows: auto auto minmax(0, 1fr);
    }
    .left {
      overflow-y: auto;
    }
    .chat {
      height: auto;
      max-height: none;
    }
  }
  @media (64rem <= width < 90rem) {
    .offers li {
      grid-template-columns: auto minmax(0, 1fr);
    }
    .offers .button-row {
      grid-column: 1 / -1;
    }
  }
`;

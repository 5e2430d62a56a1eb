/** The watch page on desktop and television: the picture, and a panel beside it. */
import { css } from "lit";

export const wideStyles = css`
  .house.wide {
    display: grid;
    grid-template-rows: minmax(0, 1fr);
    grid-template-columns: minmax(0, 1fr) clamp(21rem, 26vw, 27rem);
  }
  .wide .stage {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .wide .theatre {
    flex: 1;
    height: auto;
  }
  .wide .marks {
    position: absolute;
    inset: var(--gap-4) auto auto var(--gap-4);
    z-index: 3;
    color-scheme: dark;
  }
  .wide .theatre > lh-toasts {
    position: absolute;
    inset: 3.75rem auto auto var(--gap-4);
    z-index: 3;
    max-width: 60%;
  }
  .wide lh-hearts {
    inset: auto 1.5rem 4rem auto;
  }
  .wide lh-player {
    --unmute-inset: auto auto 4.5rem 1rem;
  }
  .caption {
    display: flex;
    align-items: center;
    gap: var(--gap-4);
    padding: var(--gap-4) var(--gap-5);
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  .caption .title {
    color: var(--text);
  }
  .caption .title h1 {
    font-size: clamp(1.25rem, 1rem + 0.7vw, 1.75rem);
    letter-spacing: -0.02em;
  }
  .caption .title p {
    color: var(--text-muted);
    font-size: 0.9375rem;
  }
  .caption .title a {
    color: inherit;
  }
  .panel {
    display: flex;
    flex-direction: column;
    min-height: 0;
    border-inline-start: 1px solid var(--line);
    background: var(--surface);
  }
  .panel lh-pin {
    padding: var(--gap-3) var(--gap-3) 0;
  }
  .panel lh-pin:not([filled]) {
    display: none;
  }
  .tabs {
    display: flex;
    padding: var(--gap-2) var(--gap-3) 0;
    border-bottom: 1px solid var(--line);
  }
  .tabs button {
    flex: 1;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-height: var(--target);
    border: 0;
    border-bottom: 3px solid transparent;
    background: none;
    color: var(--text-muted);
    font: inherit;
    font-weight: 620;
    cursor: pointer;
  }
  .tabs button[aria-selected="true"] {
    color: var(--text);
    border-bottom-color: var(--accent);
  }
  .tabs button:focus-visible {
    outline-offset: -3px;
  }
  .tab {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .tab lh-chat {
    flex: 1;
  }
  .tab lh-bag {
    overflow-y: auto;
    flex: 1;
  }
  .panel .notice {
    margin: var(--gap-4);
    padding: var(--gap-4);
    border-radius: var(--radius);
    background: var(--bg-tint);
  }
  .likes {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
  }
  .like {
    color: var(--accent);
  }
`;

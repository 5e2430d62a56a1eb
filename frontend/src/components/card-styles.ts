/** What cards of games have in common: beside the chat, or small ones over the picture. */
import { css } from "lit";

export const cardStyles = css`
  section {
    display: grid;
    gap: var(--gap-2);
    padding: var(--gap-3);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface-raised);
    box-shadow: var(--shadow);
    overflow-wrap: anywhere;
  }
  :host([overlay]) section {
    background: rgb(31 26 41 / 88%);
    backdrop-filter: blur(12px);
    padding: var(--gap-2) var(--gap-3);
  }
  header {
    display: flex;
    gap: var(--gap-2);
    align-items: baseline;
    justify-content: space-between;
  }
  h2 {
    font-size: 1rem;
  }
  .time {
    color: var(--amber);
    font-weight: 700;
    font-size: 1.25rem;
  }
  .matter {
    display: grid;
    gap: var(--gap-2);
  }
  .in {
    display: flex;
    gap: var(--gap-2);
    align-items: center;
  }
  .won {
    color: var(--amber);
    font-weight: 700;
    font-size: 1.125rem;
  }
  progress {
    width: 100%;
    height: 0.375rem;
    appearance: none;
    border: 0;
    border-radius: 1rem;
    overflow: hidden;
    background: light-dark(#e9ddcf, #453b56);
  }
  progress::-webkit-progress-bar {
    background: light-dark(#e9ddcf, #453b56);
  }
  progress::-webkit-progress-value {
    background: var(--amber);
    transition: width var(--calm) var(--ease);
  }
  progress::-moz-progress-bar {
    background: var(--amber);
  }
  @media (width >= 100rem) {
    section {
      font-size: 1.125rem;
    }
    .time {
      font-size: 1.75rem;
    }
  }
`;

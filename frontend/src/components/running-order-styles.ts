/** How the running order looks in the studio. */
import { css } from "lit";

export const runningOrderStyles = css`
  header,
  .button-row,
  .error {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
    padding: var(--gap-2) var(--gap-4);
  }
  header {
    justify-content: space-between;
    border-bottom: 1px solid var(--line);
  }
  h2 {
    font-size: 1rem;
  }
  summary {
    padding: var(--gap-2) var(--gap-4);
    border-top: 1px solid var(--line);
    color: var(--text-muted);
    cursor: pointer;
  }
  .clock strong {
    font-size: 1.25rem;
  }
  .over,
  .error {
    color: var(--bad);
  }
  ol > li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: var(--gap-3);
    padding: var(--gap-2) var(--gap-4);
    border-top: 1px solid var(--line);
  }
  li.on {
    background: var(--accent-soft);
  }
  li.played,
  li.skipped {
    opacity: 0.6;
  }
  li.skipped strong {
    text-decoration: line-through;
  }
  .matter {
    display: grid;
    gap: var(--gap-1);
    overflow-wrap: anywhere;
  }
  .script {
    white-space: pre-line;
  }
  .cue {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
    font-size: var(--size-small);
  }
  .to-host {
    font-size: 1rem;
    font-weight: 700;
  }
`;

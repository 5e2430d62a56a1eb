/** What the dialog of a fair opening has beyond that of buying. */
import { css } from "lit";

export const fairStyles = css`
  .entrant {
    font-family: ui-monospace, monospace;
    letter-spacing: 0.04em;
  }
  .position {
    font-size: var(--size-h3, 1.125rem);
    font-weight: 640;
  }
  .check {
    width: 100%;
    text-align: start;
  }
  .check ul {
    display: grid;
    gap: var(--gap-2);
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--radius);
    background: var(--bg-tint);
  }
  .check li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-2);
    font-size: var(--size-small);
  }
  .check .icon {
    width: 1.125rem;
    height: 1.125rem;
  }
  .check .holds .icon {
    color: var(--good);
  }
  .check .fails {
    font-weight: 640;
  }
  .check .fails .icon {
    color: var(--warn);
  }
  .check p {
    padding: var(--gap-2) 0 0;
    text-align: center;
  }
`;

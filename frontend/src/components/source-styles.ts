/** How the studio's choice of a picture is laid out. */
import { css } from "lit";

export const sourceStyles = css`
  .source {
    display: grid;
    gap: var(--gap-3);
    padding: var(--gap-4);
  }
  details .source {
    padding: var(--gap-3) 0 0;
  }
  summary {
    cursor: pointer;
    font-weight: 600;
  }
  label {
    display: grid;
    gap: var(--gap-1);
    min-width: 0;
    color: var(--text-muted);
    font-size: var(--size-small);
  }
  select,
  input {
    width: 100%;
    min-height: 2.75rem;
    padding: 0 var(--gap-3);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    text-overflow: ellipsis;
  }
  .line {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: end;
    gap: var(--gap-2);
  }
  .state,
  .buttons {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
  }
  .list {
    display: grid;
    gap: var(--gap-1);
    margin: 0;
    padding-left: 1.5em;
  }
  .check {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
  }
  .check input {
    width: auto;
    min-height: 0;
  }
  .warn {
    display: flex;
    align-items: start;
    gap: var(--gap-2);
    flex-basis: 100%;
    color: var(--warn);
  }
  .bad {
    color: var(--bad);
  }
`;

/** How the studio's stage and a guest's page are laid out. */
import { css } from "lit";

export const guestsStyles = css`
  .stage {
    display: grid;
    gap: var(--gap-4);
    padding: var(--gap-4);
  }
  .layouts {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: var(--gap-2);
    margin: 0;
    padding: 0;
    border: 0;
  }
  .layouts button {
    display: grid;
    justify-items: center;
    gap: var(--gap-2);
    padding: var(--gap-3) var(--gap-2);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-size: var(--size-small);
    cursor: pointer;
  }
  .layouts button[aria-pressed="true"] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
    font-weight: 600;
  }
  .layouts svg {
    width: 4rem;
    height: 2.25rem;
  }
  legend {
    margin-bottom: var(--gap-1);
    padding: 0;
    color: var(--text-muted);
    font-size: var(--size-small);
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
  ul {
    display: grid;
    gap: var(--gap-3);
  }
  li {
    display: grid;
    gap: var(--gap-2);
    padding: var(--gap-3);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
  }
  li.on {
    border-color: var(--accent);
  }
  .who {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
  }
  .who strong {
    margin-inline-end: auto;
    overflow-wrap: anywhere;
  }
  meter {
    width: 100%;
    height: 0.5rem;
  }
  .bad {
    color: var(--bad);
  }
`;

export const guestStyles = css`
  .guest {
    display: grid;
    gap: var(--gap-4);
    max-width: 72rem;
    margin: 0 auto;
    padding: var(--gap-4);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-4);
  }
  h1 {
    margin: 0;
    font-size: var(--size-h2, 1.5rem);
    letter-spacing: -0.015em;
    overflow-wrap: anywhere;
  }
  .sides {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-4);
    align-items: start;
  }
  @media (min-width: 60rem) {
    .sides {
      grid-template-columns: minmax(0, 3fr) minmax(20rem, 2fr);
    }
  }
  .box {
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    background: var(--surface);
    overflow: hidden;
  }
  .watched {
    position: relative;
    aspect-ratio: 16 / 9;
    background: #000;
    color: #fff;
  }
  .watched video {
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
  .watched p {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: var(--gap-4);
    text-align: center;
  }
  .said {
    display: grid;
    gap: var(--gap-3);
    padding: var(--gap-4);
  }
  .name {
    display: grid;
    gap: var(--gap-1);
    padding: var(--gap-4) var(--gap-4) 0;
    color: var(--text-muted);
    font-size: var(--size-small);
  }
  .name input {
    width: 100%;
    min-height: 2.75rem;
    padding: 0 var(--gap-3);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }
`;

/** The look of the dialogs that tell what became of a tap. */
import { css } from "lit";

export const buyStyles = css`
  dialog {
    width: min(26rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: 0;
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
    animation: rise var(--calm) var(--ease);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(24px);
    }
  }
  .body {
    position: relative;
    display: grid;
    justify-items: center;
    gap: var(--gap-3);
    padding: var(--gap-6) var(--gap-5) var(--gap-5);
    text-align: center;
  }
  .shut {
    position: absolute;
    inset: var(--gap-2) var(--gap-2) auto auto;
  }
  h2:focus {
    outline: none;
  }
  .mark {
    display: grid;
    place-items: center;
    width: 4rem;
    height: 4rem;
    border-radius: 50%;
    background: var(--bg-tint);
    color: var(--accent);
    font-size: 1.5rem;
  }
  .mark.good {
    background: var(--good-soft);
    color: var(--good);
  }
  .mark.bad {
    background: var(--warn-soft);
    color: var(--warn);
  }
  .mark.asking {
    background: none;
    border: 4px solid var(--line);
    border-top-color: var(--accent);
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .what {
    display: flex;
    gap: var(--gap-4);
    justify-content: space-between;
    width: 100%;
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--radius);
    background: var(--bg-tint);
    text-align: start;
  }
  .until strong {
    font-size: var(--size-h2);
    letter-spacing: -0.01em;
    margin-inline-start: 0.3em;
  }
  @media (width < 40rem) {
    dialog {
      width: 100%;
      max-width: 100%;
      margin: auto 0 0;
      border-radius: var(--radius-large) var(--radius-large) 0 0;
      padding-bottom: env(safe-area-inset-bottom);
    }
  }
`;

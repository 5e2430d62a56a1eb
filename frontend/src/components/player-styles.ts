/** The look of the picture, and of the words in its place. */
import { css } from "lit";

export const playerStyles = css`
  :host {
    position: relative;
    overflow: hidden;
    background: #0d0a13;
    color-scheme: dark;
  }
  video,
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    display: block;
  }
  canvas {
    object-fit: cover;
    filter: blur(28px) saturate(1.3) brightness(0.55);
    transform: scale(1.2);
  }
  video {
    object-fit: contain;
    object-position: var(--picture-position, center);
  }
  :host([portrait]) video {
    object-fit: var(--picture-portrait-fit, contain);
  }
  /* Where the picture is not in the middle, neither are the words about it. */
  .words {
    position: absolute;
    inset: var(--words-inset, 0);
    min-height: var(--words-height, auto);
    margin-top: var(--words-lift, 0);
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--gap-2);
    padding: var(--gap-5);
    text-align: center;
    pointer-events: none;
  }
  .words .button {
    pointer-events: auto;
  }
  .slate {
    background: rgb(13 10 19 / 78%);
    color: var(--text-muted);
  }
  .slate strong {
    color: var(--text);
    font-size: var(--size-large);
  }
  .slate .icon {
    width: 2.5rem;
    height: 2.5rem;
    color: var(--amber);
  }
  .spinner {
    width: 2.75rem;
    height: 2.75rem;
    border: 3px solid rgb(255 255 255 / 25%);
    border-top-color: var(--accent);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
`;

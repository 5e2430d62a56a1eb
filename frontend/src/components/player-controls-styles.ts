/** The look of what stands over a picture that can be seen: controls and captions. */
import { css } from "lit";

export const controlsStyles = css`
  .unmute {
    position: absolute;
    inset: var(--unmute-inset, auto auto 4.75rem 1rem);
    --button-bg: rgb(255 255 255 / 94%);
    --button-text: #1f1a2b;
    --button-line: transparent;
    box-shadow: var(--shadow-high);
  }
  .unmute:hover {
    background: #fff;
  }
  .controls {
    position: absolute;
    inset: var(--controls-inset, auto 0 0 0);
    display: flex;
    align-items: center;
    gap: var(--gap-1);
    padding: var(--gap-5) var(--gap-3) var(--gap-3);
    background: linear-gradient(transparent, rgb(0 0 0 / 70%));
    opacity: 0;
    transition: opacity var(--calm) var(--ease);
  }
  .controls.awake,
  .controls:focus-within,
  .controls:hover {
    opacity: 1;
  }
  .control {
    display: grid;
    place-items: center;
    width: var(--target);
    height: var(--target);
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: #fff;
    font: inherit;
    cursor: pointer;
  }
  .control:hover {
    background: rgb(255 255 255 / 18%);
  }
  .volume {
    width: 6rem;
    accent-color: var(--accent);
    height: var(--target);
  }
  .bar {
    display: flex;
    flex: 1;
    min-width: 0;
  }
  .captions {
    position: absolute;
    inset: auto 0 var(--captions-bottom, 4.5rem);
    margin: 0;
    padding-inline: var(--gap-3);
    text-align: center;
    white-space: pre-line;
    pointer-events: none;
  }
  .captions span {
    padding: 0.15em 0.5em;
    border-radius: 4px;
    background: rgb(0 0 0 / 75%);
    box-decoration-break: clone;
    -webkit-box-decoration-break: clone;
    color: #fff;
    font-size: clamp(0.95rem, 2.4vw, 1.5rem);
    line-height: 1.5;
  }
  @media (width < 40rem) {
    .controls {
      flex-wrap: wrap;
    }
    .volume {
      display: none;
    }
    .bar {
      order: -1;
      flex-basis: 100%;
    }
  }
`;

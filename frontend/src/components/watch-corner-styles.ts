/** A room in the corner: nothing but its picture. */
import { css } from "lit";

export const cornerStyles = css`
  :host([corner]) {
    position: absolute !important;
    inset: auto 0.75rem 9rem auto !important;
    z-index: 15;
    width: min(15rem, 42vw);
    height: auto !important;
    min-height: 0;
    aspect-ratio: 16 / 9;
    border-radius: var(--radius-large);
    box-shadow: var(--shadow-high);
    cursor: pointer;
  }
  :host([corner]) .house {
    display: block;
  }
  :host([corner]) :is(.top, .bottom, .caption, .panel, .marks, lh-toasts, lh-hearts, dialog, lh-buy) {
    display: none;
  }
  :host([corner]) lh-player {
    pointer-events: none;
  }
`;

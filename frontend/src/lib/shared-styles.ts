/** The page's own buttons, badges and goods, for use inside the components' shadow. */
import { css, unsafeCSS } from "lit";
import badges from "../styles/badges.css?inline";
import buttons from "../styles/buttons.css?inline";
import goods from "../styles/goods.css?inline";

const reset = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--text);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ul,
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  h2,
  h3 {
    letter-spacing: -0.015em;
    line-height: 1.25;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.18em;
  }
  summary {
    padding-block: calc((var(--target) - 1lh) / 2);
    cursor: pointer;
  }
  svg {
    display: block;
    flex: none;
  }
  .icon {
    width: 1.375em;
    height: 1.375em;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
    border-radius: var(--radius-small);
  }
  [hidden] {
    display: none !important;
  }
  .visually-hidden:not(:focus, :active) {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .muted {
    color: var(--text-muted);
  }
  .small-text {
    font-size: var(--size-small);
  }
  .figures {
    font-variant-numeric: tabular-nums;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 1ms !important;
    }
  }
`;

export const shared = [reset, unsafeCSS(buttons), unsafeCSS(badges), unsafeCSS(goods)];

/** The look of a room on a TV: the picture from edge to edge, words within the margins that every TV shows. */
import { css } from "lit";

export const roomStyles = css`
  :host {
    position: absolute;
    inset: 0;
    color: #fff;
    color-scheme: dark;
    background: #0d0a13;
  }
  :host([corner]) {
    inset: auto var(--safe-x) var(--safe-y) auto;
    z-index: 2;
    width: 22vw;
    aspect-ratio: 16 / 9;
    border-radius: 0.5rem;
    overflow: hidden;
    box-shadow: 0 0 0 3px #fff;
  }
  lh-player {
    position: absolute;
    inset: 0;
  }
  header,
  .beside,
  footer {
    position: absolute;
    text-shadow: 0 1px 6px rgb(0 0 0 / 80%);
  }
  header {
    inset: var(--safe-y) 34vw auto var(--safe-x);
    display: grid;
    justify-items: start;
    gap: 0.5rem;
  }
  h1 {
    margin: 0;
    font-size: 1.5rem;
    line-height: 1.15;
  }
  h2 {
    font-size: 1rem;
  }
  .marks {
    display: flex;
    gap: 0.5rem;
  }
  .badge .icon {
    width: 1.1em;
    height: 1.1em;
  }
  /* What goes on stands above what is said: the chat has the place that is left. */
  .beside {
    inset: var(--safe-y) var(--safe-x) var(--safe-y) auto;
    display: flex;
    flex-direction: column;
    justify-content: space-between;
    gap: 1rem;
    width: 27vw;
  }
  aside {
    display: grid;
    flex: none;
    gap: 0.75rem;
  }
  section,
  article {
    display: grid;
    gap: 0.4rem;
    padding: 0.75rem 1rem;
    border-radius: 0.75rem;
    background: rgb(20 14 30 / 82%);
    text-shadow: none;
  }
  section h2 {
    display: flex;
    justify-content: space-between;
    gap: 0.75rem;
  }
  .ranks li {
    position: relative;
    display: flex;
    justify-content: space-between;
    gap: 0.5rem;
    padding: 0.25rem 0.5rem;
  }
  .ranks .bar {
    position: absolute;
    inset: 0;
    z-index: -1;
    transform-origin: left;
    transform: scaleX(var(--share));
    border-radius: 0.35rem;
    background: rgb(255 111 77 / 55%);
    transition: transform 400ms;
  }
  .ranks li {
    isolation: isolate;
  }
  .ranks .right {
    color: #68d7a1;
    font-weight: 700;
  }
  .won,
  .closes,
  h2 .figures {
    color: #ffc56e;
  }
  section .muted {
    font-size: 0.8rem;
  }
  .packets {
    background: linear-gradient(160deg, rgb(190 44 36 / 94%), rgb(140 20 20 / 94%));
    color: #ffe9b8;
  }
  .packets .muted {
    color: inherit;
  }
  .drop {
    box-shadow: inset 0 0 0 2px #ffc56e;
  }
  .answered h2 {
    color: #ffc56e;
  }
  .others {
    padding: 0.4rem 1rem;
    border-radius: 2rem;
    background: rgb(20 14 30 / 72%);
    font-size: 0.8rem;
    text-shadow: none;
  }
  progress {
    width: 100%;
    height: 0.5rem;
    appearance: none;
    border: 0;
    border-radius: 1rem;
    overflow: hidden;
    background: rgb(255 255 255 / 22%);
  }
  progress::-webkit-progress-bar {
    background: transparent;
  }
  progress::-webkit-progress-value {
    background: #ffc56e;
  }
  progress::-moz-progress-bar {
    background: #ffc56e;
  }
  footer {
    inset: auto auto var(--safe-y) var(--safe-x);
    max-width: 44vw;
  }
  article {
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 1rem;
  }
  article .product-image.thumb {
    width: 5rem;
  }
  article .price {
    font-size: 1.25rem;
  }
  .hint {
    display: flex;
    font-size: 0.9rem;
    align-items: center;
    gap: 0.4rem;
    color: #ffc56e;
  }
  .lines {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    flex: 0 1 auto;
    gap: 0.3rem;
    min-height: 0;
    max-height: 42vh;
    margin-top: auto;
    overflow: hidden;
    mask-image: linear-gradient(transparent, #000 1.25rem);
    font-size: 0.875rem;
  }
  .lines:has(li) {
    padding: 0.6rem 1rem;
    border-radius: 0.75rem;
    background: rgb(20 14 30 / 62%);
  }
  .lines li {
    overflow-wrap: anywhere;
  }
  .lines strong {
    color: #ffc56e;
  }
  .lines .host strong {
    color: #ff94ad;
  }
  .curtain {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.75rem;
    text-align: center;
    background: rgb(13 10 19 / 55%);
  }
  .curtain a {
    display: none;
  }
  .curtain .clock {
    font-size: 4rem;
  }
`;

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
  aside,
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
  aside {
    inset: var(--safe-y) var(--safe-x) auto auto;
    display: grid;
    gap: 0.75rem;
    width: 26vw;
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
  .won,
  .closes {
    color: #ffc56e;
  }
  progress {
    width: 100%;
    height: 0.6rem;
    accent-color: #ff6f4d;
  }
  footer {
    inset: auto var(--safe-x) var(--safe-y);
    display: flex;
    justify-content: space-between;
    align-items: end;
    gap: 2rem;
  }
  .pin {
    flex: none;
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
    align-items: center;
    gap: 0.4rem;
    color: #ffc56e;
  }
  .lines {
    display: grid;
    gap: 0.3rem;
    width: 30vw;
    max-height: 42vh;
    overflow: hidden;
    font-size: 0.875rem;
    align-content: end;
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

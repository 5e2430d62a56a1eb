/** The look of a TV's page: large, within the margins that every TV shows, focus to be seen from three metres. */
import { css } from "lit";

export const tvStyles = css`
  :host {
    /* Old televisions cut off as much as a twentieth on each side. */
    --safe-x: 5vw;
    --safe-y: 5vh;
    flex: 1;
    min-height: 0;
    color: #fff;
    color-scheme: dark;
    cursor: none;
  }
  .tv {
    position: absolute;
    inset: 0;
    overflow: hidden;
    background:
      radial-gradient(60% 50% at 75% 10%, rgb(255 138 108 / 18%), transparent 70%), #0d0a13;
  }
  lh-tv-room[hidden] {
    display: block !important;
    visibility: hidden;
  }
  button {
    border: 0;
    border-radius: 0.5rem;
    background: rgb(255 255 255 / 14%);
    color: #fff;
    font: inherit;
    text-align: start;
  }
  button:focus {
    outline: 0.3rem solid #ffc56e;
    outline-offset: 0.25rem;
    background: #fff;
    color: #1f1a2b;
  }
  .guide {
    position: absolute;
    inset: 0 34vw 0 0;
    padding: var(--safe-y) 2vw var(--safe-y) var(--safe-x);
    overflow: auto;
    scrollbar-width: none;
    scroll-padding-block: calc(var(--safe-y) + 1rem);
  }
  .guide h1 {
    margin: 0 0 1rem;
    font-size: 2rem;
  }
  .guide h2 {
    margin: 1.5rem 0 0.75rem;
    font-size: 1.25rem;
  }
  .tiles {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 1.25rem;
  }
  .tile {
    position: relative;
    display: grid;
    gap: 0.2rem;
    padding: 0 0 0.6rem;
    overflow: hidden;
    align-content: start;
  }
  /* Who looks at the page of a TV on something narrower sees it whole, too. */
  @media (width < 56rem) {
    .tv:has(.guide) {
      overflow: auto;
    }
    .guide,
    .pairing:not(.small) {
      position: static;
      width: auto;
    }
    .tiles {
      grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
    }
  }
  .tile:focus .muted {
    color: #4b4458;
  }
  .tile img {
    width: 100%;
    aspect-ratio: 16 / 9;
    object-fit: cover;
  }
  .tile :is(strong, .muted) {
    padding-inline: 0.75rem;
    overflow: hidden;
  }
  .tile strong {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    line-height: 1.25;
  }
  .tile .muted {
    font-size: 0.8rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tile .badge {
    position: absolute;
    inset: 0.5rem auto auto 0.5rem;
    font-size: 0.8rem;
  }
  .pairing {
    position: absolute;
    inset: 0 0 0 auto;
    width: 32vw;
    display: grid;
    place-content: center;
    gap: 1rem;
    padding: var(--safe-y) var(--safe-x) var(--safe-y) 2vw;
    background: rgb(255 255 255 / 5%);
  }
  .pairing img {
    width: 100%;
    max-width: 14rem;
    aspect-ratio: 1;
    border-radius: 0.75rem;
    background: #fff;
  }
  .pairing h2 {
    margin-bottom: 0.5rem;
    font-size: 1.4rem;
  }
  .pairing p {
    overflow-wrap: anywhere;
  }
  .pairing .code {
    font-size: 2rem;
    font-weight: 760;
    letter-spacing: 0.06em;
    white-space: nowrap;
  }
  .pairing.small {
    inset: 22vh auto auto var(--safe-x);
    width: auto;
    justify-items: center;
    padding: 0.6rem;
    border-radius: 0.75rem;
    background: rgb(20 14 30 / 82%);
  }
  .pairing.small img {
    width: 6rem;
  }
  .pairing.small .code {
    font-size: 1rem;
  }
  .bar,
  .invitation {
    position: absolute;
    z-index: 3;
    display: flex;
    gap: 0.75rem;
  }
  .bar {
    inset: auto 0 0;
    padding: 4rem var(--safe-x) var(--safe-y);
    background: linear-gradient(transparent, rgb(8 5 12 / 95%) 45%);
  }
  .bar button {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.5rem;
    padding: 0.4rem 1.2rem;
  }
  .invitation {
    inset: auto calc(27vw + var(--safe-x) + 2rem) 34vh var(--safe-x);
    width: fit-content;
    margin-inline: auto;
    align-items: baseline;
    padding: 0.75rem 1.5rem;
    border-radius: 2rem;
    background: #fff;
    color: #1f1a2b;
    font-weight: 640;
  }
  .invitation .muted {
    flex: none;
    color: #4b4458;
    font-weight: 400;
  }
`;

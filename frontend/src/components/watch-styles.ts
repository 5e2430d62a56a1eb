/** The watch page's parts, and how they lie over the picture on phones and tablets. */
import { css } from "lit";

export const watchStyles = css`
  :host {
    position: relative;
    min-height: 24rem;
    overflow: hidden;
    background: var(--bg);
  }
  .house {
    position: absolute;
    inset: 0;
  }
  .stage {
    height: 100%;
    min-height: 0;
  }
  .theatre {
    position: relative;
    min-height: 0;
    height: 100%;
    background: #0d0a13;
    color-scheme: dark;
    color: var(--text);
    overflow: hidden;
  }
  lh-player {
    position: absolute;
    inset: 0;
  }
  .marks {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }
  .badge .icon {
    width: 1.1em;
    height: 1.1em;
  }
  lh-hearts {
    inset: auto 1.1rem 4.5rem auto;
    z-index: 5;
  }
  .round {
    position: relative;
    display: grid;
    place-items: center;
    flex: none;
    width: var(--target);
    height: var(--target);
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: rgb(15 10 22 / 58%);
    box-shadow: inset 0 0 0 1px rgb(255 255 255 / 22%);
    color: #fff;
    font: inherit;
    text-decoration: none;
    cursor: pointer;
  }
  .round:hover {
    background: rgb(15 10 22 / 80%);
  }
  .round:active {
    transform: scale(0.92);
  }
  .round.bag {
    background: var(--accent);
    color: var(--on-accent);
  }
  .round .count {
    position: absolute;
    inset: -0.2rem -0.2rem auto auto;
    min-width: 1.25rem;
    padding: 0 0.3rem;
    border-radius: 1rem;
    background: var(--amber);
    color: #2a1a05;
    font-size: 0.75rem;
    font-weight: 720;
    line-height: 1.25rem;
    text-align: center;
  }
  .curtain {
    position: absolute;
    inset: 0;
    z-index: 2;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--gap-3);
    padding: var(--gap-6) var(--gap-5);
    text-align: center;
    background:
      radial-gradient(60% 45% at 70% 12%, rgb(255 138 108 / 34%), transparent 70%),
      radial-gradient(50% 40% at 20% 95%, rgb(255 197 110 / 20%), transparent 70%),
      #0d0a13;
  }
  .curtain img {
    position: absolute;
    inset: 0;
    z-index: -1;
    width: 100%;
    height: 100%;
    object-fit: cover;
    opacity: 0.34;
  }
  .curtain h2 {
    font-size: clamp(1.5rem, 1.2rem + 1.8vw, 2.5rem);
    max-width: 20ch;
    text-wrap: balance;
  }
  .curtain .clock {
    font-size: clamp(2.5rem, 2rem + 3vw, 4.5rem);
    font-weight: 740;
    letter-spacing: -0.03em;
    line-height: 1.1;
  }
  .curtain p {
    max-width: 40ch;
  }
  .line-state {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    padding: 0.3rem 0.85rem;
    border-radius: var(--radius-round);
    background: rgb(15 10 22 / 78%);
    color: #fff;
    font-size: var(--size-small);
  }
  .line-state::before {
    content: "";
    width: 0.55rem;
    height: 0.55rem;
    border-radius: 50%;
    background: #ffc56e;
    animation: blink 1s ease-in-out infinite;
  }
  @keyframes blink {
    50% {
      opacity: 0.25;
    }
  }

  /* Phones and tablets: everything over the picture. */
  .top {
    position: absolute;
    inset: 0 0 auto;
    z-index: 4;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-2);
    padding: calc(var(--gap-2) + env(safe-area-inset-top)) var(--gap-3) var(--gap-5);
    background: linear-gradient(rgb(8 5 12 / 66%), transparent);
    pointer-events: none;
  }
  .top .second {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
    align-items: center;
  }
  .top > * > *,
  .top .title,
  .top > :is(lh-programme, lh-cast) {
    pointer-events: auto;
  }
  .top > :is(lh-programme, lh-cast) {
    justify-self: start;
    max-width: 100%;
  }
  .top .first {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
  }
  .title {
    flex: 1;
    min-width: 0;
    color: #fff;
  }
  .title h1 {
    margin: 0;
    font-size: 1rem;
    line-height: 1.25;
    letter-spacing: -0.01em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .title p {
    color: rgb(255 255 255 / 84%);
    font-size: 0.8125rem;
    line-height: 1.3;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bottom {
    position: absolute;
    inset: auto 0 0;
    z-index: 3;
    display: flex;
    flex-direction: column;
    gap: var(--gap-2);
    height: min(56%, 34rem);
    padding: 0 var(--gap-3) calc(var(--gap-3) + env(safe-area-inset-bottom));
    background: linear-gradient(transparent, rgb(8 5 12 / 72%) 65%);
    pointer-events: none;
    justify-content: flex-end;
  }
  .bottom > * {
    pointer-events: auto;
    flex: none;
  }
  .bottom lh-toasts {
    pointer-events: none;
  }
  .bottom lh-chat {
    flex: 0 1 auto;
    min-height: 8rem;
    max-height: calc(100% - 3rem);
  }
  .beside {
    display: flex;
    gap: var(--gap-2);
  }

  .sheet {
    width: 100%;
    max-width: 40rem;
    max-height: min(78dvh, 44rem);
    margin: auto auto 0;
    padding: 0;
    border: 1px solid var(--line);
    border-bottom: 0;
    border-radius: var(--radius-large) var(--radius-large) 0 0;
    background: var(--surface-raised);
    color: var(--text);
  }
  .sheet[open] {
    display: flex;
    flex-direction: column;
    animation: sheet var(--calm) var(--ease);
  }
  @keyframes sheet {
    from {
      transform: translateY(30%);
      opacity: 0;
    }
  }
  .sheet::backdrop {
    background: var(--shade);
  }
  .sheet header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: var(--gap-2) var(--gap-2) var(--gap-2) var(--gap-4);
    border-bottom: 1px solid var(--line);
  }
  .sheet header h2 {
    font-size: var(--size-large);
    outline: none;
  }
  .sheet lh-bag {
    overflow-y: auto;
    overscroll-behavior: contain;
    padding-bottom: env(safe-area-inset-bottom);
  }

  @media (width < 64rem) {
    :host {
      color-scheme: dark;
      background: #0d0a13;
    }
    lh-player {
      --picture-position: center 21%;
      --picture-portrait-fit: cover;
      /* The lower edge of a 16:9 picture that stands at 21 %: the middle of it stays free. */
      --picture-bottom: calc(21dvh + 44.4vw);
      --unmute-inset: calc(var(--picture-bottom) - 3.25rem) auto auto 0.75rem;
      --words-inset: 21dvh 0 auto;
      --words-lift: -11.8vw;
      --words-height: 56.25vw;
      --controls-inset: 40% 0 auto 0;
    }
    .theatre.plain lh-player {
      --words-inset: 0;
      --words-lift: 0;
      --words-height: auto;
      --picture-position: center;
    }
    .theatre.plain .bottom {
      display: none;
    }
  }
  /* A recording: what was said stands above the player's own controls, which stay in reach. */
  @media (width < 64rem) {
    .theatre.recording lh-player {
      --picture-position: center 21%;
      --controls-inset: auto 0 0 0;
      --captions-bottom: 46%;
    }
    .recording .bottom {
      inset: auto 0 5rem;
      height: min(44%, 26rem);
      padding-bottom: 0;
      background: none;
    }
    .recording .bottom,
    .recording .bottom > * {
      pointer-events: none;
    }
  }
  /* A phone on its side: the picture whole, the words in its left half. */
  @media (width < 64rem) and (height < 32rem) {
    lh-player {
      --picture-position: center;
      --unmute-inset: auto 0.75rem 0.75rem auto;
      --words-inset: 0;
      --words-lift: 0;
      --words-height: auto;
    }
    .bottom {
      width: min(28rem, 58%);
      height: 74%;
      background: none;
    }
    .bottom lh-toasts {
      display: none;
    }
  }
`;

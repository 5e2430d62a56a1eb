/** How what the crowd does together looks: cards beside the chat, or small ones over the picture. */
import { css } from "lit";

export const crowdStyles = css`
  :host {
    display: grid;
    gap: var(--gap-2);
  }

  .packets {
    border-color: #d8342c;
  }
  .grab {
    position: relative;
    overflow: hidden;
    min-height: 4.5rem;
    border: 0;
    border-radius: var(--radius);
    background: linear-gradient(160deg, #e2463c, #b81f1f);
    color: #ffe9b8;
    font: inherit;
    font-size: 1.375rem;
    font-weight: 800;
    cursor: pointer;
  }
  .grab:active {
    transform: scale(0.98);
  }
  .fall i {
    position: absolute;
    top: -30%;
    left: 12%;
    width: 1.5rem;
    height: 2rem;
    border-radius: 0.25rem;
    background: #f6c453;
    opacity: 0.55;
    animation: fall 2.2s linear infinite;
  }
  .fall i:nth-child(2) {
    left: 48%;
    animation-delay: -0.8s;
    animation-duration: 1.7s;
  }
  .fall i:nth-child(3) {
    left: 80%;
    animation-delay: -1.5s;
  }
  @keyframes fall {
    to {
      transform: translateY(9rem) rotate(200deg);
    }
  }

  .choices,
  .queue {
    display: grid;
    gap: var(--gap-2);
  }
  .choice {
    position: relative;
    overflow: hidden;
    justify-content: space-between;
    text-align: start;
    opacity: 1;
  }
  .choice:disabled {
    color: inherit;
    opacity: 1;
  }
  .choice::before {
    content: "";
    position: absolute;
    inset: 0;
    transform: scaleX(var(--share));
    transform-origin: left;
    background: rgb(128 128 128 / 18%);
    transition: transform var(--calm) var(--ease);
  }
  .choice > * {
    position: relative;
  }
  .choice > span:first-child {
    flex: 1;
  }
  .choice.mine {
    outline: 2px solid var(--amber);
    outline-offset: -2px;
  }
  .choice.right,
  .choice.right:disabled {
    border-color: var(--good);
    color: var(--good);
    font-weight: 700;
  }

  .loud {
    height: 0.75rem;
    border-radius: 1rem;
    overflow: hidden;
    background: light-dark(#e9ddcf, #453b56);
  }
  .loud::before {
    content: "";
    display: block;
    height: 100%;
    transform: scaleX(var(--level));
    transform-origin: left;
    background: linear-gradient(90deg, #35a86b, var(--amber) 60%, #e2463c);
    transition: transform 250ms linear;
  }
  .clap {
    font-size: 1.125rem;
  }

  summary {
    cursor: pointer;
    font-weight: 700;
  }
  details[open] > summary {
    margin-bottom: var(--gap-2);
  }
  .queue {
    max-height: 14rem;
    overflow-y: auto;
  }
  .queue li,
  .ask {
    display: flex;
    gap: var(--gap-2);
    align-items: center;
  }
  .words {
    flex: 1;
    min-width: 0;
  }
  .ask {
    margin-top: var(--gap-2);
  }
  .input {
    flex: 1;
    min-width: 0;
    min-height: 2.5rem;
    padding: 0 var(--gap-3);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: inherit;
    font: inherit;
  }
`;

/** `<lh-hearts>`: likes that float up over the picture; still for who asked for less motion. */
import { css, LitElement } from "lit";

const HEARTS_MAX = 24;
const RISE_MS = 2_400;
const COLOURS = ["#ff6f4d", "#ffc56e", "#ff94ad", "#ffd7a0", "#ff8a6c"];

export class LhHearts extends LitElement {
  burst(count: number): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    if (document.visibilityState !== "visible") return;
    const free = HEARTS_MAX - this.renderRoot.childElementCount;
    for (let i = 0; i < Math.min(count, free, 6); i++) setTimeout(() => this.#one(), i * 90);
  }

  #one(): void {
    const heart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    heart.setAttribute("viewBox", "0 0 24 24");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute(
      "d",
      "M12 20S3.5 15 3.5 9.2A4.7 4.7 0 0 1 12 6.5a4.7 4.7 0 0 1 8.5 2.7C20.5 15 12 20 12 20z",
    );
    path.setAttribute("fill", COLOURS[Math.floor(Math.random() * COLOURS.length)] ?? "");
    heart.append(path);
    this.renderRoot.append(heart);
    const drift = (Math.random() - 0.5) * 70;
    heart.animate(
      [
        { transform: "translate(0, 0) scale(0.4)", opacity: 0 },
        { transform: `translate(${drift * 0.3}px, -40px) scale(1.1)`, opacity: 1, offset: 0.15 },
        {
          transform: `translate(${drift}px, -260px) scale(0.8) rotate(${drift / 3}deg)`,
          opacity: 0,
        },
      ],
      { duration: RISE_MS * (0.8 + Math.random() * 0.4), easing: "cubic-bezier(.2,.6,.4,1)" },
    ).onfinish = () => heart.remove();
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = super.createRenderRoot() as ShadowRoot;
    this.setAttribute("aria-hidden", "true");
    return root;
  }

  protected override render(): undefined {
    return undefined;
  }

  static override styles = css`
    :host {
      position: absolute;
      width: 2rem;
      height: 2rem;
      pointer-events: none;
    }
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      filter: drop-shadow(0 2px 6px rgb(0 0 0 / 35%));
    }
  `;
}

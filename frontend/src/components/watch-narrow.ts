/** A watch page on phones and tablets: all lies over the picture, the bag is a sheet. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../lib/icons";
import { t, tn } from "../lib/text";
import { marks } from "./watch-marks";
import { loadExtras } from "./watch-sale";
import { bag, buyable, cast, chat, follow, pin, programme, type Scene, title } from "./watch-scene";

export function top(scene: Scene): TemplateResult {
  const { show, phase, view } = scene;
  return html`<div class="top">
    <div class="first">
      <a class="round" href="/" aria-label=${t("Leave the show")}>${icon("left")}</a>
      ${title(scene, false)}
      ${
        phase === "on"
          ? nothing
          : html`<button class="round" @click=${openBag} aria-label=${t("Offers")}>
            ${icon("bag")}
          </button>`
      }
      ${scene.basket.link("round")}
      <button class="round" @click=${scene.share} aria-label=${t("Share")}>${icon("share")}</button>
    </div>
    <div class="second">${marks(show, phase, view)} ${follow(scene, true)}</div>
    ${programme(scene)} ${cast(scene)}
  </div>`;
}

export function bottom(scene: Scene): TemplateResult {
  return html`<div class="bottom">
    <lh-toasts></lh-toasts>
    ${chat(
      scene,
      true,
      html`${pin(scene, "between", true)}
        ${scene.phase === "on" ? scene.games("between", true) : nothing}
        ${scene.recording ? nothing : beside(scene)}`,
    )}
  </div>`;
}

function beside(scene: Scene): TemplateResult {
  const offers = buyable(scene);
  return html`<div slot="beside" class="beside">
    <button
      class="round bag"
      @click=${openBag}
      aria-label=${tn("Offers: {n} to buy now", "Offers: {n} to buy now", offers)}
    >
      ${icon("bag")}${offers ? html`<span class="count" aria-hidden="true">${offers}</span>` : nothing}
    </button>
    <button class="round" @click=${scene.like} aria-label=${t("Like")}>${icon("heart")}</button>
  </div>`;
}

export function bagSheet(scene: Scene): TemplateResult {
  return html`<dialog
    class="sheet"
    aria-labelledby="offers"
    @click=${(event: Event) => event.target === event.currentTarget && closeBag(event)}
  >
    <header>
      <h2 id="offers" tabindex="-1" autofocus>${t("Offers")}</h2>
      <button class="button quiet icon" @click=${closeBag} aria-label=${t("Close")}>
        ${icon("close")}
      </button>
    </header>
    ${bag(scene)}
  </dialog>`;
}

/** The sheet of the page that `inside` is a part of. */
export function sheetOf(inside: Node): HTMLDialogElement | null {
  return (inside.getRootNode() as ShadowRoot).querySelector("dialog.sheet");
}

function openBag(event: Event): void {
  void loadExtras();
  sheetOf(event.currentTarget as Node)?.showModal();
}

function closeBag(event: Event): void {
  sheetOf(event.currentTarget as Node)?.close();
}

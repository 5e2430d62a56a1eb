/** A watch page on wide screens: the picture with its caption, and beside it the panel of chat and offers. */
import { html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../lib/format";
import { icon } from "../lib/icons";
import { t } from "../lib/text";
import { bag, buyable, cast, chat, follow, pin, programme, type Scene, title } from "./watch-scene";

export type Tab = "chat" | "offers";

export function caption(scene: Scene): TemplateResult {
  return html`<div class="caption">
    ${title(scene, true)} ${follow(scene, false)} ${programme(scene)} ${likes(scene)}
    ${scene.basket.link("button")} ${cast(scene)}
    <button class="button" @click=${scene.share}>${icon("share")}${t("Share")}</button>
  </div>`;
}

function likes(scene: Scene): TemplateResult | typeof nothing {
  const count = formatCount(scene.view?.state?.counts?.likes ?? 0);
  if (scene.phase === "on") {
    return html`<button class="button" @click=${scene.like}>
      <span class="like">${icon("heart")}</span><span class="visually-hidden">${t("Like")}</span>
      <span class="figures">${count}</span>
    </button>`;
  }
  if (!scene.recording) return nothing;
  return html`<span class="likes muted figures" title=${t("Likes at this moment of the show")}>
    <span class="like">${icon("heart")}</span> ${count}
  </span>`;
}

/** `choose` is told which tab is to be shown. */
export function panel(scene: Scene, tab: Tab, choose: (tab: Tab) => void): TemplateResult {
  const offers = buyable(scene);
  const other = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") turn(event, tab, choose);
  };
  return html`<aside class="panel" aria-label=${t("Chat and offers")}>
    ${pin(scene, "", false)} ${scene.phase === "on" ? scene.games("", false) : nothing}
    <div class="tabs" role="tablist" @keydown=${other}>
      <button role="tab" id="tab-chat" aria-controls="panel-chat" aria-selected=${tab === "chat"}
        tabindex=${tab === "chat" ? 0 : -1} @click=${() => choose("chat")}>${t("Chat")}</button>
      <button role="tab" id="tab-offers" aria-controls="panel-offers" aria-selected=${tab === "offers"}
        tabindex=${tab === "offers" ? 0 : -1} @click=${() => choose("offers")}>
        ${t("Offers")}${offers ? html`<span class="badge">${offers}</span>` : nothing}
      </button>
    </div>
    <div class="tab" role="tabpanel" id="panel-chat" aria-labelledby="tab-chat" ?hidden=${tab !== "chat"}>
      ${chat(scene, false)}
    </div>
    <div class="tab" role="tabpanel" id="panel-offers" aria-labelledby="tab-offers" ?hidden=${tab !== "offers"}>
      ${bag(scene)}
    </div>
  </aside>`;
}

function turn(event: KeyboardEvent, tab: Tab, choose: (tab: Tab) => void): void {
  const next = tab === "chat" ? "offers" : "chat";
  choose(next);
  const tabs = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role="tab"]');
  for (const one of tabs) if (one.id === `tab-${next}`) one.focus();
}

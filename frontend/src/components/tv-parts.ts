/** What stands on a TV's page beside the picture: a show as a tile, and the code that pairs a phone. */
import { html, nothing, type TemplateResult } from "lit";
import type { ScreenInfo, TvGuide, WatchedShow } from "../generated/wire";
import { formatMoment } from "../lib/format";
import { icon } from "../lib/icons";
import { t } from "../lib/text";
import { drawnPoster } from "./posters";

/** All that is on and comes next; `play` goes to a show. */
export function guidePage(guide: TvGuide, play: (slug: string) => void): TemplateResult {
  const { on, coming } = guide;
  return html`<div class="guide">
    <h1>${t("What's on")}</h1>
    ${on.length ? nothing : html`<p class="muted">${t("Nothing is on air right now.")}</p>`}
    <div class="tiles">${on.map((show) => tile(show, play))}</div>
    ${coming.length ? html`<h2>${t("Coming up")}</h2>` : nothing}
    <div class="tiles">${coming.map((show) => tile(show, play))}</div>
  </div>`;
}

function tile(show: WatchedShow, play: (slug: string) => void): TemplateResult {
  return html`<button class="tile" @click=${() => play(show.slug)}>
    <img src=${show.poster ?? ""} alt="" @error=${drawnPoster(show)} />
    <strong>${show.title}</strong>
    ${show.run ? nothing : html`<span class="muted">${formatMoment(new Date(show.starts_at))}</span>`}
    <span class="muted">${show.store_name}</span>
    ${show.run ? html`<span class="badge live">${t("Live")}</span>` : nothing}
  </button>`;
}

/** Large in the guide, small over a picture; gone once a phone has it. */
export function pairing(
  screen: ScreenInfo | null,
  overPicture: boolean,
): TemplateResult | typeof nothing {
  if (!screen) return nothing;
  if (screen.paired) {
    return overPicture
      ? nothing
      : html`<aside class="pairing"><p>${icon("check")} ${t("Your phone {name} is the remote.", { name: screen.phone })}</p></aside>`;
  }
  return html`<aside class="pairing ${overPicture ? "small" : ""}" aria-label=${t("Pair your phone")}>
    <img src=${screen.qr} alt=${t("A code to scan with your phone")} />
    <div>
      ${
        overPicture
          ? nothing
          : html`<h2>${t("Your phone is the remote")}</h2>
        <p>${t("Scan the code, or open {address} and type:", { address: `${screen.host}/pair` })}</p>`
      }
      <p class="code figures">${screen.code.slice(0, 4)}-${screen.code.slice(4)}</p>
      ${overPicture ? nothing : html`<p class="muted">${t("Chat, vote and buy there; the picture stays here.")}</p>`}
    </div>
  </aside>`;
}

/** The pieces of a watch page that both layouts have: title, chat, the pinned offer, the bag. */
import { html, nothing, type TemplateResult } from "lit";
import type { RoomState, WatchedShow } from "../generated/wire";
import type { RoomClient } from "../live/client";
import type { FairView } from "../live/fair";
import { canBuy, cards, pinned } from "../live/offers";
import type { Heard, RoomView } from "../live/room";
import type { Phase } from "../live/session";
import type { Basket } from "./basket";
import type { WaitPart } from "./wait-part";

/** A show at one moment, as a layout needs it. */
export interface Scene {
  readonly show: WatchedShow;
  readonly phase: Phase;
  /** Whether the recorded room runs along with the picture. */
  readonly recording: boolean;
  /** Whether the picture is on another screen. */
  readonly elsewhere: boolean;
  readonly view: RoomView | null;
  /** The room's own state, or before there is one the offers as planned. */
  readonly state: RoomState | null;
  readonly room: RoomClient | null;
  readonly hears: Heard | null;
  readonly now: () => number;
  readonly fair: FairView;
  readonly waits: WaitPart["view"];
  readonly basket: Basket;
  readonly signIn: string;
  readonly games: (slot: string, overlay: boolean) => TemplateResult | typeof nothing;
  readonly like: () => void;
  readonly share: () => void;
}

export function title({ show }: Scene, linked: boolean): TemplateResult {
  const room = show.room_slug ? `/rooms/${show.room_slug}` : "";
  const store = show.store_name ?? "";
  return html`<div class="title">
    <h1>${show.title}</h1>
    <p>${room && linked ? html`<a href=${room}>${store}</a>` : store}${show.where ? ` · ${show.where}` : nothing}</p>
  </div>`;
}

export function programme({ view, now }: Scene): TemplateResult {
  return html`<lh-programme .state=${view?.state ?? null} .now=${now}></lh-programme>`;
}

/** The way to hear of the store again. */
export function follow({ show, view }: Scene, overlay: boolean): TemplateResult | typeof nothing {
  if (!show.store_slug) return nothing;
  return html`<lh-follow
    ?overlay=${overlay}
    store=${show.store_slug}
    store-name=${show.store_name}
    show=${show.slug}
    .signedIn=${view?.you?.signed_in}
  ></lh-follow>`;
}

/** The way to the viewer's TV, unless the picture is there already. */
export function cast({ show, elsewhere }: Scene): TemplateResult | typeof nothing {
  return elsewhere ? nothing : html`<lh-cast slug=${show.slug}></lh-cast>`;
}

export function chat(scene: Scene, overlay: boolean, inside?: TemplateResult): TemplateResult {
  const { room, hears, view, signIn, phase, recording } = scene;
  return html`<lh-chat ?overlay=${overlay} .room=${room} .hears=${hears} .view=${view}
    sign-in=${signIn} ?closed=${phase !== "on"} ?recording=${recording}>${inside ?? nothing}</lh-chat>`;
}

export function pin(scene: Scene, slot: string, overlay: boolean): TemplateResult {
  const { phase, recording, view, now, fair, waits } = scene;
  const card = phase === "on" || recording ? pinned(view?.state ?? null, now()) : null;
  return html`<lh-pin
    slot=${slot || nothing}
    ?overlay=${overlay}
    ?filled=${card !== null}
    ?closed=${recording}
    .card=${card}
    .now=${now}
    .fair=${fair}
    .waits=${waits}
  ></lh-pin>`;
}

export function bag({ phase, state, now, fair, waits }: Scene): TemplateResult {
  const on = phase === "on";
  return html`${on ? html`<lh-coupons .state=${state} .now=${now}></lh-coupons>` : nothing}
    <lh-bag .state=${state} .now=${now} .fair=${fair} .waits=${waits} ?closed=${!on}></lh-bag>`;
}

/** How many offers one can buy now. */
export function buyable({ phase, state, now }: Scene): number {
  return phase === "on" ? cards(state, now()).filter(canBuy).length : 0;
}

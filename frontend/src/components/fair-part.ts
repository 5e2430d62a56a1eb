/** A page's part in fair openings: our entries, what cards need to know, and the dialog, which comes when it is needed. */
import { html, nothing, type ReactiveController, type TemplateResult } from "lit";
import type { Drawn, RoomState } from "../generated/wire";
import { Refused } from "../lib/http";
import { withWords } from "../lib/text";
import type { RoomClient } from "../live/client";
import { Entries, type FairView, fairPhase } from "../live/fair";
import type { Card } from "../live/offers";
import type { LhFair } from "./fair";

interface Host {
  addController(controller: ReactiveController): void;
  requestUpdate(): void;
  readonly updateComplete: Promise<boolean>;
  readonly renderRoot: ParentNode;
}

/** What the page knows of its room. */
export interface Place {
  readonly room: RoomClient | null;
  readonly runId: string;
  readonly state: RoomState | null;
  readonly now: () => number;
  readonly pictureMs: number | null;
}

/** The call is a moment: cards look at the picture's time as often as it is told. */
const LOOK_MS = 250;

export class FairPart implements ReactiveController {
  /** A new one with each change, so that cards are drawn anew. */
  view: FairView;
  readonly #host: Host;
  readonly #place: () => Place;
  #entries: Entries | null = null;
  #key = "";
  #open = "";
  #refused: Refused | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: Host, place: () => Place) {
    this.#host = host;
    this.#place = place;
    this.view = this.#look();
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => {
      if (this.#isCalled) this.#changed();
    }, LOOK_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  heard(drawn: Drawn): void {
    this.#own()?.heard(drawn);
  }

  /** The room has changed: a result that should be there may have been lost on its way. */
  seen(state: RoomState | null): void {
    this.#own()?.look(state);
  }

  /** A tap on the card's button: take part, or show how our entry stands. */
  async press(card: Card): Promise<void> {
    this.#open = card.id;
    this.#refused = null;
    this.#host.requestUpdate();
    const { room, now } = this.#place();
    const isGuest = room?.view.you?.signed_in === false;
    const isOpen = fairPhase(card, now(), this.view).kind === "open";
    const entering = isGuest || !isOpen ? undefined : this.#enter(card);
    await this.#show();
    await entering;
  }

  dialog(card: (id: string) => Card | null, signIn: string): TemplateResult | typeof nothing {
    if (!this.#open) return nothing;
    const { room, now } = this.#place();
    return html`<lh-fair .card=${card(this.#open)} .view=${this.view} .now=${now}
      .isGuest=${room?.view.you?.signed_in === false} .refused=${this.#refused}
      sign-in=${signIn}></lh-fair>`;
  }

  async #enter(card: Card): Promise<void> {
    try {
      await this.#own()?.enter(card);
    } catch (error) {
      this.#refused = error instanceof Refused ? error : new Refused("timeout", "");
      this.#host.requestUpdate();
    }
  }

  async #show(): Promise<void> {
    const { LhFair } = await withWords(import("./fair"));
    if (!customElements.get("lh-fair")) customElements.define("lh-fair", LhFair);
    await this.#host.updateComplete;
    await this.#host.renderRoot.querySelector<LhFair>("lh-fair")?.show();
  }

  /** Our entries in the run that is on. */
  #own(): Entries | null {
    const { room, runId, now } = this.#place();
    const key = `fair:${room?.view.you?.id ?? ""}:${runId}`;
    if (!room || !runId) return null;
    if (!this.#entries || this.#key !== key) {
      this.#key = key;
      this.#entries = new Entries(room, key, () => this.#changed(), globalThis.localStorage, now);
    }
    return this.#entries;
  }

  get #isCalled(): boolean {
    const offers = Object.values(this.#place().state?.offers ?? {});
    return offers.some(({ fair }) => fair?.stage === "called");
  }

  #changed(): void {
    this.view = this.#look();
    this.#host.requestUpdate();
  }

  #look(): FairView {
    return {
      mine: (card) => this.#own()?.of(card),
      pictureMs: () => this.#place().pictureMs,
    };
  }
}

/** A page's part in draws: our entries, and the card, whose script comes when a room plays. */
import { html, nothing, type ReactiveController, type TemplateResult } from "lit";
import type { GameResult, JoinAnswer, MyDraw, RoomState } from "../generated/wire";
import { getJson, Refused } from "../lib/http";
import { withWords } from "../lib/text";
import type { RoomClient } from "../live/client";
import type { DrawCard, GameEntries } from "../live/draws";
import { FOLLOWED } from "../live/following";

interface Host {
  addController(controller: ReactiveController): void;
  requestUpdate(): void;
}

/** What the page knows of its room. */
export interface Ground {
  readonly room: RoomClient | null;
  readonly runId: string;
  readonly state: RoomState | null;
  readonly now: () => number;
}

const FRIENDS_MS = 4_000;

type Script = typeof import("./draw-card");

export class DrawPart implements ReactiveController {
  readonly #host: Host;
  readonly #ground: () => Ground;
  #script: Script | null = null;
  #loading = false;
  #entries: GameEntries | null = null;
  #key = "";
  #refused: Refused | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #brought: MyDraw | null = null;
  #asked = "";
  #askedMs = 0;

  constructor(host: Host, ground: () => Ground) {
    this.#host = host;
    this.#ground = ground;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener(FOLLOWED, this.#followed);
    this.#timer = setInterval(() => {
      if (!this.#plays) return;
      this.#host.requestUpdate();
      void this.#askForFriends();
    }, 1000);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    document.removeEventListener(FOLLOWED, this.#followed);
  }

  /** A task may be done with that: look at once. */
  readonly #followed = (): void => {
    this.#askedMs = 0;
    void this.#askForFriends();
  };

  heard(result: GameResult): void {
    this.#own()?.heard(result);
  }

  tookPart(answer: JoinAnswer): void {
    this.#own()?.joined(answer, this.#script?.drawCard(this.#ground().state));
  }

  /** The room has changed: load what draws the card, once there is one to draw. */
  seen(state: RoomState | null): void {
    if (this.#plays) void this.#load();
    this.#own()?.look(state);
  }

  card(
    slot: string,
    overlay: boolean,
    signIn: string,
    share: () => void,
  ): TemplateResult | typeof nothing {
    const { room, state, now } = this.#ground();
    const card = this.#script?.drawCard(state);
    if (!card || !this.#script) return nothing;
    const own = this.#own();
    const mine = own?.of(card.round_id);
    const last = this.#script.roundBefore(card, state);
    return html`<lh-draw-card
      slot=${slot || nothing}
      ?overlay=${overlay}
      .card=${card}
      .phase=${this.#script.drawPhase(card, state, now(), mine)}
      .mine=${mine}
      .last=${last}
      .lastMine=${last ? own?.of(last.round_id) : undefined}
      .brought=${this.#asked === card.round_id ? this.#brought : null}
      .refused=${this.#refused}
      .isGuest=${room?.view.you?.signed_in !== true}
      sign-in=${signIn}
      @join=${() => void this.#join(card)}
      @share=${share}
    ></lh-draw-card>`;
  }

  get #plays(): boolean {
    return Object.keys(this.#ground().state?.draws ?? {}).length > 0;
  }

  async #load(): Promise<void> {
    if (this.#script || this.#loading) return;
    this.#loading = true;
    try {
      const script = await withWords(import("./draw-card"));
      if (!customElements.get("lh-draw-card")) {
        customElements.define("lh-draw-card", script.LhDrawCard);
      }
      this.#script = script;
    } catch {
      // The next change of the room tries again.
    }
    this.#loading = false;
    this.#host.requestUpdate();
  }

  async #join(card: DrawCard): Promise<void> {
    this.#refused = null;
    try {
      await this.#own()?.join(card);
    } catch (error) {
      this.#refused = error instanceof Refused ? error : new Refused("timeout", "");
    }
    this.#host.requestUpdate();
  }

  /** What we did for a round with tasks, or whom we brought into one that friends fill. */
  async #askForFriends(): Promise<void> {
    const { state } = this.#ground();
    const card = this.#script?.drawCard(state);
    const own = this.#own();
    if (!card || !own || card.stage !== "open" || document.hidden) return;
    const isIn = own.of(card.round_id)?.name;
    const hasTasks =
      (card.task_friends ?? 0) + (card.task_minutes ?? 0) > 0 || card.task_follow === true;
    if (isIn ? !card.goal : !hasTasks) return;
    const isNew = this.#asked !== card.round_id;
    if (!isNew && Date.now() - this.#askedMs < FRIENDS_MS) return;
    if (isNew) this.#brought = null;
    this.#asked = card.round_id;
    this.#askedMs = Date.now();
    try {
      this.#brought = await getJson<MyDraw>(`/api/draws/${card.round_id}/mine`);
      this.#host.requestUpdate();
    } catch {
      // The next time will do.
    }
  }

  /** Our entries in the run that is on. */
  #own(): GameEntries | null {
    const { room, runId, now } = this.#ground();
    const you = room?.view.you;
    if (!room || !runId || !you?.signed_in || !this.#script) return null;
    const key = `draws:${you.id}:${runId}`;
    if (!this.#entries || this.#key !== key) {
      this.#key = key;
      const changed = () => this.#host.requestUpdate();
      this.#entries = new this.#script.GameEntries(
        room,
        key,
        changed,
        globalThis.localStorage,
        now,
      );
    }
    return this.#entries;
  }
}

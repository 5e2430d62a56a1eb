/** The cards of what goes on in a room, each with its script when it is needed, in one place. */
import { html, nothing, type ReactiveController, type TemplateResult } from "lit";
import type { GameResult, JoinAnswer, RoomState, VoteCounted } from "../generated/wire";
import { BattlePart } from "./battle-part";
import { CrowdPart } from "./crowd-part";
import { DrawPart, type Ground } from "./draw-part";
import { DropPart } from "./drop-part";
import { LhGames } from "./games";

if (!customElements.get("lh-games")) customElements.define("lh-games", LhGames);

interface Host {
  addController(controller: ReactiveController): void;
  requestUpdate(): void;
}

export class GamesTable {
  readonly #ground: () => Ground;
  readonly #battle: BattlePart;
  readonly #draw: DrawPart;
  readonly #crowd: CrowdPart;
  readonly #drop: DropPart;

  constructor(host: Host, ground: () => Ground) {
    this.#ground = ground;
    this.#battle = new BattlePart(host, ground);
    this.#draw = new DrawPart(host, ground);
    this.#crowd = new CrowdPart(host, ground);
    this.#drop = new DropPart(host, () => {
      const { room, state, now } = ground();
      return { isGuest: room?.view.you?.signed_in !== true, state, now };
    });
  }

  /** The room has changed. */
  seen(state: RoomState | null): void {
    this.#draw.seen(state);
    this.#battle.seen(state);
    this.#crowd.seen(state);
    this.#drop.seen(state);
  }

  counted(answer: VoteCounted): void {
    this.#battle.counted(answer);
  }

  heard(result: GameResult): void {
    this.#draw.heard(result);
  }

  tookPart(answer: JoinAnswer): void {
    this.#draw.tookPart(answer);
  }

  cards(slot: string, overlay: boolean, signIn: string, share: () => void): TemplateResult {
    const { state, now } = this.#ground();
    return html`<lh-games slot=${slot || nothing} ?overlay=${overlay} .state=${state} .now=${now}>
      ${this.#drop.card("drop", overlay, signIn)} ${this.#draw.card("draw", overlay, signIn, share)}
      ${this.#battle.card("battle", overlay, signIn)} ${this.#crowd.cards(overlay, signIn)}
    </lh-games>`;
  }
}

/** A page's part in what goes on in its room; the table with the cards comes once anything begins. */
import { nothing, type ReactiveController, type TemplateResult } from "lit";
import type { GameResult, JoinAnswer, RoomState, VoteCounted } from "../generated/wire";
import { withWords } from "../lib/text";
import { begins } from "../live/beginnings";
import type { Ground } from "./draw-part";
import type { GamesTable } from "./games-table";

interface Host {
  addController(controller: ReactiveController): void;
  requestUpdate(): void;
}

export class GamesPart {
  #table: GamesTable | null = null;
  #loading = false;

  constructor(
    private readonly host: Host,
    private readonly ground: () => Ground,
  ) {}

  /** The room has changed. */
  seen(state: RoomState | null): void {
    if (this.#table) this.#table.seen(state);
    else if (!this.#loading && state && begins(state)) void this.#load();
  }

  counted(answer: VoteCounted): void {
    this.#table?.counted(answer);
  }

  heard(result: GameResult): void {
    this.#table?.heard(result);
  }

  tookPart(answer: JoinAnswer): void {
    this.#table?.tookPart(answer);
  }

  cards(
    slot: string,
    overlay: boolean,
    signIn: string,
    share: () => void,
  ): TemplateResult | typeof nothing {
    return this.#table?.cards(slot, overlay, signIn, share) ?? nothing;
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      const { GamesTable } = await withWords(import("./games-table"));
      this.#table = new GamesTable(this.host, this.ground);
      this.#table.seen(this.ground().state);
    } catch {
      // The next change of the room tries again.
    }
    this.#loading = false;
    this.host.requestUpdate();
  }
}

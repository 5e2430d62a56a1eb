/** What a page hears of a room, live or recorded, and what it can do in one that is live. */
import type {
  ChatAnswer,
  Drawn,
  EnterAnswer,
  GameResult,
  JoinAnswer,
  OrderAnswer,
  QuizOutcome,
  RoomState,
  Said,
  VoteCounted,
  Welcome,
} from "../generated/wire";
import type { Refused } from "../lib/http";
import type { CrowdAnswer, CrowdRequest } from "./requests";

export type Connection = "connecting" | "live" | "resuming" | "ended" | "refused";

export interface RoomView {
  connection: Connection;
  /** By what the room comes: at once, or in pieces of two seconds over plain HTTP. */
  carrier: "socket" | "segments";
  /** Why the room refused us: "no_such_run", "banned", or the refusal's code. */
  refusal: string;
  you: Welcome["you"] | null;
  /** The room with its stage held back to the picture; null before the first keyframe. */
  state: RoomState | null;
  /** How often the copy differed or had a gap and was fetched anew. */
  resyncs: number;
}

export const FIRST_VIEW: RoomView = {
  connection: "connecting",
  carrier: "socket",
  refusal: "",
  you: null,
  state: null,
  resyncs: 0,
};

export interface RoomListener {
  view?(view: RoomView): void;
  said?(says: Said[]): void;
  retracted?(ids: string[]): void;
  /** A recording has jumped: this is what stands in the chat there, oldest first. */
  jumped?(says: Said[]): void;
  /** How a draw went for us. */
  drawn?(drawn: Drawn): void;
  /** How a round of a game went for us. */
  played?(result: GameResult): void;
  /** We take part in a game, without having asked by `join`: by a word in the chat. */
  tookPart?(answer: JoinAnswer): void;
  /** What counts of our votes in a battle. */
  voted?(answer: VoteCounted): void;
  /** How a quiz went for us. */
  outcome?(outcome: QuizOutcome): void;
  /** A refusal that answers no request of ours. */
  refused?(refusal: Refused): void;
}

/** A room to follow. */
export interface Heard {
  readonly view: RoomView;
  /** The time by which offers open and close, in ms. */
  readonly clock: { now(): number };
  listen(listener: RoomListener): () => void;
  start(): void;
  stop(): void;
  /** The picture's programme time, or null while there is no moving picture to wait for. */
  pictureAt(programmeMs: number | null): void;
}

/** A room that is live: one can speak and buy there. */
export interface Room extends Heard {
  /** Say something; with the id of an earlier try it is the same line again. */
  say(text: string, id?: string): Promise<ChatAnswer>;
  /** Buy; with the id of an earlier try it is the same order again, never a second one. */
  buy(offerId: string, quantity: number, id?: string): Promise<OrderAnswer>;
  /** Take part in a fair opening; with the id of an earlier try it is the same entry again. */
  enter(offerId: string, nonce: string, id?: string): Promise<EnterAnswer>;
  /** Take part in a round of a draw; with the nonce of an earlier try it is the same entry again. */
  join(roundId: string, nonce: string, id?: string): Promise<JoinAnswer>;
  /** Vote in a battle; `given` is what we gave this contestant today in all. */
  vote(battleId: string, contestant: number, given: number): void;
  like(count?: number): void;
  /** Ask, raise, answer a quiz, grab; with the id of an earlier try it is the same again. */
  crowd(request: CrowdRequest): Promise<CrowdAnswer>;
  /** Claps since the last time; false where they could not be sent. */
  clap(count: number): boolean;
  newId(): string;
}

/** The listeners of a room and the view that they share. */
export class Audience {
  view = FIRST_VIEW;
  readonly #listeners = new Set<RoomListener>();

  listen(listener: RoomListener): () => void {
    this.#listeners.add(listener);
    listener.view?.(this.view);
    return () => this.#listeners.delete(listener);
  }

  show(change: Partial<RoomView>): void {
    this.view = { ...this.view, ...change };
    this.tell((one) => one.view?.(this.view));
  }

  tell(words: (listener: RoomListener) => void): void {
    for (const one of this.#listeners) words(one);
  }
}

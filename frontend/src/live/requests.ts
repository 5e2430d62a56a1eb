/** What has been asked and not yet answered: sent again after a reconnect, given up at its deadline. */
import type {
  AnswerQuiz,
  AnswerSealed,
  AskQuestion,
  Buy,
  ChatAnswer,
  Enter,
  EnterAnswer,
  GrabPacket,
  JoinAnswer,
  JoinGame,
  OrderAnswer,
  PacketGrabbed,
  QuestionNoted,
  RaiseQuestion,
  RefusedAnswer,
  Say,
} from "../generated/wire";
import { Refused } from "../lib/http";

/** What the crowd asks, and how it is answered. */
export type CrowdRequest = (AskQuestion | RaiseQuestion | AnswerQuiz | GrabPacket) & { id: string };
export type CrowdAnswer = QuestionNoted | AnswerSealed | PacketGrabbed;
export type Request = Say | Buy | Enter | JoinGame | CrowdRequest;
export type Answer = ChatAnswer | OrderAnswer | EnterAnswer | JoinAnswer | CrowdAnswer;

const ANSWER_MS_MAX = 15_000;
const WAITING_MAX = 32;

interface Waiting {
  request: Request;
  answered: (answer: Answer) => void;
  failed: (reason: Refused) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class Requests {
  readonly #waiting = new Map<string, Waiting>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Codes made here: "timeout" (nobody answered) and "too_many" (too much asked at once). */
  add(request: Request): Promise<Answer> {
    if (this.#waiting.size >= WAITING_MAX) return Promise.reject(new Refused("too_many", ""));
    return new Promise((answered, failed) => {
      const timer = setTimeout(
        () => this.#take(request.id)?.failed(new Refused("timeout", "")),
        ANSWER_MS_MAX,
      );
      this.#take(request.id)?.failed(new Refused("asked_again", ""));
      this.#waiting.set(request.id, { request, answered, failed, timer });
    });
  }

  all(): Request[] {
    return [...this.#waiting.values()].map((waiting) => waiting.request);
  }

  /** Whether anybody has asked for it. */
  answer(answer: Answer): boolean {
    const waiting = this.#take(answer.id);
    waiting?.answered(answer);
    return waiting !== undefined;
  }

  refuse(refused: RefusedAnswer): boolean {
    const waiting = this.#take(refused.id);
    waiting?.failed(new Refused(refused.code, refused.message));
    return waiting !== undefined;
  }

  failAll(code: string): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.failed(new Refused(code, ""));
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting) {
      clearTimeout(waiting.timer);
      this.#waiting.delete(id);
    }
    return waiting;
  }
}

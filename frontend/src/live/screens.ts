/** What a TV and its phone hear of each other: the answer to a question that waits until there is news. */
import { getJson, Refused } from "../lib/http";

/** The server answers after 20 s in any case. */
const ANSWER_MS_MAX = 40_000;
const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MAX = 15_000;

export interface NewsListener<T> {
  heard(news: T): void;
  /** The pairing has ended, or there never was one. */
  gone(): void;
}

export type Ask<T> = (url: string, signal: AbortSignal) => Promise<T>;

export class News<T> {
  #leave: AbortController | null = null;
  #retryMs = RETRY_MS_FIRST;

  constructor(
    private readonly address: string,
    /** How far the news that we know of go. */
    private readonly mark: (news: T) => number,
    private readonly listener: NewsListener<T>,
    private readonly ask: Ask<T> = (url, signal) => getJson<T>(url, fetch, signal),
    private readonly wait: (ms: number) => Promise<void> = waited,
  ) {}

  /** Ask again and again for what is more than `seen`, until it is stopped or the screen is gone. */
  async follow(seen: number): Promise<void> {
    this.stop();
    const leave = new AbortController();
    this.#leave = leave;
    let known = seen;
    while (!leave.signal.aborted) {
      try {
        const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
        const news = await this.ask(`${this.address}?seen=${known}`, signal);
        if (leave.signal.aborted) return;
        this.#retryMs = RETRY_MS_FIRST;
        known = this.mark(news);
        this.listener.heard(news);
      } catch (error) {
        if (leave.signal.aborted) return;
        if (error instanceof Refused && [401, 404].includes(error.status)) {
          return this.listener.gone();
        }
        await this.wait(this.#retryMs * (0.75 + Math.random() / 2));
        this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
      }
    }
  }

  stop(): void {
    this.#leave?.abort();
    this.#leave = null;
  }
}

/** Where the picture of a TV is now (ms of the programme), from what it told; null while it shows none. */
export function programmeNow(
  report: { programme_ms: number; at_ms: number; paused: boolean },
  nowMs: number,
): number | null {
  if (!report.programme_ms) return null;
  return report.paused ? report.programme_ms : report.programme_ms + nowMs - report.at_ms;
}

function waited(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Hearts are collected for a moment and sent as a sum; what could not be sent goes with the next. */
const LIKES_MS = 400;
const LIKES_MAX = 50;

export class Likes {
  readonly #send: (count: number) => boolean;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (count: number) => boolean) {
    this.#send = send;
  }

  add(count: number): void {
    this.#count = Math.min(LIKES_MAX, this.#count + count);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#count && this.#send(this.#count)) this.#count = 0;
    }, LIKES_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

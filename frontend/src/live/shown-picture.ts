/** Which picture is on the screen: a busy device shows one that its clock has passed already. */

/** Without a picture for so long there is none to go by: the page is hidden, or there is sound alone. */
const SEEN_MS_MAX = 500;

export class ShownPicture {
  #mediaSeconds = 0;
  #seenMs = Number.NEGATIVE_INFINITY;
  #asked: number | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#ask();
  }

  /** How many seconds the picture is behind the element's own time; 0 where that is not known. */
  get lagSeconds(): number {
    if (this.now() - this.#seenMs > SEEN_MS_MAX) return 0;
    return Math.max(0, this.video.currentTime - this.#mediaSeconds);
  }

  stop(): void {
    if (this.#asked !== null) this.video.cancelVideoFrameCallback(this.#asked);
    this.#asked = null;
  }

  #ask(): void {
    // Old browsers do not tell.
    if (!("requestVideoFrameCallback" in this.video)) return;
    this.#asked = this.video.requestVideoFrameCallback((_, { mediaTime }) => {
      this.#mediaSeconds = mediaTime;
      this.#seenMs = this.now();
      this.#ask();
    });
  }
}

/** The server's time as seen from here: the offset of the sample with the shortest way there and back. */

export class ServerClock {
  #offsetMs = 0;
  #bestTripMs = Number.POSITIVE_INFINITY;

  constructor(private readonly local: () => number = Date.now) {}

  now(): number {
    return this.local() + this.#offsetMs;
  }

  /** A new connection may take another way: forget how good the samples were. */
  restart(): void {
    this.#bestTripMs = Number.POSITIVE_INFINITY;
  }

  /** `sentMs` is the local time of asking; without it the way is taken as unknown and long. */
  sample(serverMs: number, sentMs?: number): void {
    const receivedMs = this.local();
    const tripMs = sentMs === undefined ? UNKNOWN_TRIP_MS : Math.max(0, receivedMs - sentMs);
    if (tripMs > this.#bestTripMs) return;
    this.#bestTripMs = tripMs;
    this.#offsetMs = serverMs - (sentMs === undefined ? receivedMs : sentMs + tripMs / 2);
  }
}

const UNKNOWN_TRIP_MS = 10_000;

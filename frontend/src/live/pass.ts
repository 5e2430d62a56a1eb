/** The ticket into a run: asked for when needed, kept while it is good, given by the room when it can. */

/** A ticket lasts a minute; it must still be good when it arrives. */
const TICKET_MS = 45_000;
/** What the room gives for coming back lasts a quarter of an hour. */
const RESUME_MS = 14 * 60_000;

export class Pass {
  #ticket = "";
  #goodUntilMs = 0;

  constructor(
    private readonly ask: () => Promise<string>,
    private readonly now: () => number,
  ) {}

  async get(): Promise<string> {
    if (this.#ticket && this.now() < this.#goodUntilMs) return this.#ticket;
    this.#ticket = await this.ask();
    this.#goodUntilMs = this.now() + TICKET_MS;
    return this.#ticket;
  }

  /** The room gave a ticket for coming back: a crowd that returns then needs no ticket office. */
  keep(resume: string): void {
    this.#ticket = resume;
    this.#goodUntilMs = this.now() + RESUME_MS;
  }

  /** It was refused: the next one is asked for. */
  spoil(): void {
    this.#ticket = "";
  }
}

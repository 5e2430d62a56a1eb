/** What one can do where an offer cannot be bought: stand in its line, or be reminded of its opening. */
import { html, type TemplateResult } from "lit";
import type { RoomState } from "../generated/wire";
import { formatCount, formatSpan } from "../lib/format";
import { getJson, postJson, Refused } from "../lib/http";
import { t, tn } from "../lib/text";
import type { Card } from "../live/offers";
import { isOurTurn, type Place, placesOf, standingOf } from "../live/waiting";

export interface Ground {
  readonly isGuest: boolean;
  readonly now: () => number;
  readonly tell: (words: string) => void;
  readonly askToSignIn: () => void;
}

/** After asking in vain for our turn, ask again so much later: many may hear of it at once. */
const ASK_AGAIN_MS = 2_000;
/** A letter goes out five minutes before; who sees the last minutes count down needs none. */
const REMIND_AHEAD_MS = 6 * 60_000;

export class WaitingLine {
  #places = new Map<string, Place>();
  #asked = 0;
  #loaded = false;
  #reminded = new Set<string>();
  #askedForReminders = false;
  readonly #ground: () => Ground;
  readonly #changed: () => void;

  constructor(ground: () => Ground, changed: () => void) {
    this.#ground = ground;
    this.#changed = changed;
  }

  /** The room has changed: where do we stand, if we do? */
  seen(state: RoomState | null): void {
    const { isGuest, now } = this.#ground();
    if (!isGuest && !this.#askedForReminders) void this.#loadReminders();
    if (isGuest || now() - this.#asked < ASK_AGAIN_MS) return;
    if (this.#loaded && !isOurTurn(this.#places, state)) return;
    void this.#load();
  }

  async join(offerId: string): Promise<void> {
    const { isGuest, tell, askToSignIn } = this.#ground();
    if (isGuest) return askToSignIn();
    await this.#act(`/api/offers/${offerId}/wait`);
    if (this.#places.has(offerId))
      tell(t("You are in the line. We hold a piece for you when it is your turn."));
  }

  async leave(offerId: string): Promise<void> {
    await this.#act(`/api/offers/${offerId}/wait/leave`);
  }

  /** Be written to before it opens, or not after all. */
  async remind(offerId: string): Promise<void> {
    const { isGuest, tell, askToSignIn } = this.#ground();
    if (isGuest) return askToSignIn();
    const had = this.#reminded.has(offerId);
    try {
      await postJson(`/api/offers/${offerId}/reminder${had ? "/drop" : ""}`);
      if (had) this.#reminded.delete(offerId);
      else this.#reminded.add(offerId);
      tell(
        had
          ? t("We will not write to you about it.")
          : t("We will write to you five minutes before it opens."),
      );
      this.#changed();
    } catch (error) {
      tell((error instanceof Refused && error.message) || t("That did not work"));
    }
  }

  async #loadReminders(): Promise<void> {
    this.#askedForReminders = true;
    try {
      const found = await getJson<{ kind: string; id: string }[]>("/api/reminders");
      this.#reminded = new Set(found.filter((one) => one.kind === "offer").map((one) => one.id));
      this.#changed();
    } catch {
      // The buttons say what a press does, whatever we knew before.
    }
  }

  /** What a card shows in place of its button; null where its own one is right. */
  button(card: Card, from: HTMLElement, nowMs: number): TemplateResult | null {
    const standing = standingOf(this.#places.get(card.id), nowMs);
    const press = (name: "wait" | "unwait") => () =>
      from.dispatchEvent(new CustomEvent(name, { detail: card.id, bubbles: true, composed: true }));
    switch (standing.kind) {
      case "held":
        return html`<a class="button primary" href=${`/orders/${standing.orderId}`}>
          ${t("Held for you: {time}", { time: formatSpan(standing.restMs) })}
        </a>`;
      case "waiting":
        return html`<button class="button small" aria-label=${t("Leave the line for {title}", { title: card.title })} @click=${press("unwait")}>
          ${standing.ahead ? tn("{n} before you", "{n} before you", standing.ahead, { n: formatCount(standing.ahead) }) : t("You are next")}
        </button>`;
      case "none":
        if (card.standing === "planned" && card.opens_at - nowMs > REMIND_AHEAD_MS) {
          return this.#reminder(card, from);
        }
        if (card.standing !== "sold_out") return null;
        return html`<button class="button small" aria-label=${t("Wait for {title}", { title: card.title })} @click=${press("wait")}>
          ${t("Wait for one")}
        </button>`;
    }
  }

  #reminder(card: Card, from: HTMLElement): TemplateResult {
    const isOn = this.#reminded.has(card.id);
    const press = () =>
      from.dispatchEvent(
        new CustomEvent("remind", { detail: card.id, bubbles: true, composed: true }),
      );
    return html`<button class="button small" aria-pressed=${isOn} @click=${press}
      aria-label=${t("Remind me of {title}", { title: card.title })}>
      ${isOn ? t("You will be reminded") : t("Remind me")}
    </button>`;
  }

  async #act(path: string): Promise<void> {
    try {
      await postJson(path);
      await this.#load();
    } catch (error) {
      this.#ground().tell((error instanceof Refused && error.message) || t("That did not work"));
    }
  }

  async #load(): Promise<void> {
    const { now, tell } = this.#ground();
    this.#asked = now();
    try {
      const found = await getJson<{ waiting: Place[] }>("/api/waiting");
      const before = this.#places;
      this.#places = placesOf(found.waiting);
      for (const one of this.#places.values()) {
        const isNew = this.#loaded && !before.get(one.offer_id)?.order_id;
        if (isNew && standingOf(one, now()).kind === "held") {
          tell(t("{title} is held for you. Pay before the time is over.", { title: one.title }));
        }
      }
      this.#loaded = true;
      this.#changed();
    } catch {
      // The next change of the room asks again.
    }
  }
}

/** `<lh-chat>`: what people say, and the place to say something. Over the picture on phones, beside it elsewhere. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Said } from "../generated/wire";
import { Refused } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { answered, type ChatLine, heard, retracted, sending } from "../live/chat-log";
import type { Heard, Room, RoomView } from "../live/room";
import { chatStyles } from "./chat-styles";

const TEXT_MAX = 200;
const ANNOUNCE_MS = 5_000;
const NEAR_END_PX = 60;

/** Trying the same line again after these changes nothing. */
const FINAL = new Set(["banned_from_chat", "line_empty", "line_too_long", "not_allowed"]);

export class LhChat extends LitElement {
  static override properties = {
    room: { attribute: false },
    hears: { attribute: false },
    view: { attribute: false },
    overlay: { type: Boolean, reflect: true },
    moderating: { type: Boolean, reflect: true },
    signIn: { attribute: "sign-in" },
    closed: { type: Boolean },
    recording: { type: Boolean, reflect: true },
    _lines: { state: true },
    _unseen: { state: true },
    _announced: { state: true },
    _full: { state: true },
  };

  /** Where one speaks; null when one cannot. */
  declare room: Room | null;
  /** Where the lines come from. */
  declare hears: Heard | null;
  declare view: RoomView | null;
  /** Over the picture: text without a box, older lines fade. */
  declare overlay: boolean;
  /** With buttons to delete a line and to ban its author. */
  declare moderating: boolean;
  /** Where a guest goes to sign in. */
  declare signIn: string;
  declare closed: boolean;
  /** The lines are those of a recording, at its moment. */
  declare recording: boolean;
  declare _lines: readonly ChatLine[];
  declare _unseen: number;
  declare _announced: string;
  declare _full: boolean;

  #unlisten: (() => void) | null = null;
  #atEnd = true;
  #size = "";
  #announceTimer: ReturnType<typeof setTimeout> | undefined;
  /** When a card appears below, the log shrinks; who read the end goes on reading it. */
  readonly #resized = new ResizeObserver(() => this.#atEnd && this.#toEnd());

  constructor() {
    super();
    this.room = null;
    this.hears = null;
    this.view = null;
    this.overlay = false;
    this.moderating = false;
    this.signIn = "/sign-in";
    this.closed = false;
    this.recording = false;
    this._lines = [];
    this._unseen = 0;
    this._announced = "";
    this._full = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlisten?.();
    this.#unlisten = null;
    this.#resized.disconnect();
    clearTimeout(this.#announceTimer);
  }

  protected override firstUpdated(): void {
    if (this.#log) this.#resized.observe(this.#log);
  }

  protected override willUpdate(changes: PropertyValues): void {
    if (!changes.has("hears")) return;
    this.#unlisten?.();
    this._lines = [];
    this.#unlisten =
      this.hears?.listen({
        said: (says) => this.#heard(says),
        jumped: (says) => {
          this._lines = heard([], says);
          this.#atEnd = true;
        },
        retracted: (ids) => {
          this._lines = retracted(this._lines, ids);
        },
      }) ?? null;
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has("_lines") && this.#atEnd) this.#toEnd();
  }

  get #log(): HTMLElement | null {
    return this.renderRoot.querySelector(".log");
  }

  #heard(says: Said[]): void {
    const before = new Set(this._lines.map((line) => line.id));
    this._lines = heard(this._lines, says);
    const fresh = this._lines.filter((line) => !before.has(line.id));
    if (!fresh.length) return;
    if (!this.#atEnd) this._unseen += fresh.length;
    this.#announce(fresh);
  }

  /** A reader hears one line every few seconds, staff first: a busy room must not drown the page. */
  #announce(fresh: ChatLine[]): void {
    if (this.#announceTimer) return;
    const line = fresh.find((one) => isStaff(one.role)) ?? fresh.at(-1);
    this._announced = line ? `${line.name}: ${line.text}` : "";
    this.#announceTimer = setTimeout(() => {
      this.#announceTimer = undefined;
    }, ANNOUNCE_MS);
  }

  #toEnd(): void {
    const log = this.#log;
    if (!log) return;
    log.scrollTop = log.scrollHeight;
    this._unseen = 0;
  }

  readonly #scrolled = (): void => {
    const log = this.#log;
    if (!log) return;
    const size = `${log.clientWidth} ${log.clientHeight}`;
    const isResized = size !== this.#size;
    this.#size = size;
    // The window moved the lines, not the reader.
    if (isResized && this.#atEnd) return this.#toEnd();
    this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    if (this.#atEnd) this._unseen = 0;
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const input = this.renderRoot.querySelector("input");
    const text = input?.value.trim() ?? "";
    const room = this.room;
    if (!input || !text || !room) return;
    input.value = "";
    this._full = false;
    this.#atEnd = true;
    void this.#say(text, room.newId());
  };

  async #say(text: string, id: string): Promise<void> {
    const { room, view } = this;
    if (!room) return;
    const lineId = `c${id}`;
    this._lines = sending(this._lines, {
      id: lineId,
      author: view?.you?.id ?? "",
      name: view?.you?.name ?? t("You"),
      text,
      role: view?.you?.role ?? "viewer",
    });
    try {
      const answer = await room.say(text, id);
      this._lines = answered(this._lines, lineId, answer.shown ? "shown" : "unshown");
    } catch (error) {
      if (error instanceof Refused && error.code === "asked_again") return;
      const isFinal = error instanceof Refused && FINAL.has(error.code);
      this._lines = answered(this._lines, lineId, isFinal ? "refused" : "failed", reason(error));
    }
  }

  protected override render(): TemplateResult {
    return html`
      <p class="visually-hidden" aria-live="polite">${this._announced}</p>
      <div class="log-frame">
        <div
          class="log"
          role="log"
          aria-live="off"
          aria-label=${t("Chat")}
          tabindex="0"
          @scroll=${this.#scrolled}
        >
          ${this._lines.length || this.overlay ? this.#all() : this.#nobody()}
        </div>
        ${
          this._unseen
            ? html`<button class="pill" @click=${() => this.#toEnd()}>
              ${icon("down")}${tn("{n} new message", "{n} new messages", this._unseen)}
            </button>`
            : nothing
        }
      </div>
      <div class="between"><slot name="between"></slot></div>
      ${this.#composer()}
    `;
  }

  #all(): TemplateResult {
    return html`<ol>
      ${repeat(
        this._lines,
        (line) => line.id,
        (line) => this.#line(line),
      )}
    </ol>`;
  }

  #nobody(): TemplateResult {
    return html`<p class="first muted">${this.#silence()}</p>`;
  }

  #silence(): string {
    if (this.recording && this.view?.connection === "ended") {
      return t("What was said in this show was not kept.");
    }
    if (this.recording) return t("Nobody had said anything yet at this moment.");
    return this.closed
      ? t("What people say appears here during the show.")
      : t("Nobody has said anything yet. Say hello.");
  }

  #line(line: ChatLine): TemplateResult {
    const own = line.author !== "" && line.author === this.view?.you?.id;
    return html`<li class="line ${line.state} ${own ? "own" : ""} ${line.role}">
      <p>
        ${badgeOf(line.role)}<span class="name">${line.name || t("Somebody")}</span>
        <span class="text">${line.text}</span>
      </p>
      ${this.#fate(line)} ${this.moderating && !own ? this.#tools(line) : nothing}
    </li>`;
  }

  #fate(line: ChatLine): TemplateResult | typeof nothing {
    if (line.state === "unshown") {
      return html`<p class="fate">${t("The room is very busy: not everybody sees this line.")}</p>`;
    }
    if (line.state !== "failed" && line.state !== "refused") return nothing;
    const again = () => void this.#say(line.text, line.id.slice(1));
    return html`<p class="fate bad" role="alert">
      ${line.reason}
      ${
        line.state === "failed"
          ? html`<button class="link-button" @click=${again}>${t("Try again")}</button>`
          : nothing
      }
    </p>`;
  }

  #tools(line: ChatLine): TemplateResult {
    const tell = (name: string) => () =>
      this.dispatchEvent(new CustomEvent(name, { detail: line, bubbles: true, composed: true }));
    return html`<span class="tools">
      <button
        class="button quiet icon"
        title=${t("Delete this line")}
        aria-label=${t("Delete the line of {name}", { name: line.name })}
        @click=${tell("delete-line")}
      >
        ${icon("trash")}
      </button>
      <button
        class="button quiet icon"
        title=${t("Ban from the chat")}
        aria-label=${t("Ban {name} from the chat", { name: line.name })}
        @click=${tell("ban-author")}
      >
        ${icon("ban")}
      </button>
    </span>`;
  }

  #composer(): TemplateResult {
    if (this.recording) {
      const words = t("A recording: the chat as it was at this moment.");
      return html`<div class="composer"><p class="shut muted">${words}</p></div>`;
    }
    const input = this.closed
      ? html`<p class="shut muted">${t("The chat is open during the show.")}</p>`
      : this.view?.you && !this.view.you.signed_in
        ? html`<a class="button shut-in" href=${this.signIn}>${t("Sign in to chat")}</a>`
        : html`<form class="say" @submit=${this.#submit}>
            <input
              type="text"
              name="text"
              maxlength=${TEXT_MAX}
              autocomplete="off"
              enterkeyhint="send"
              placeholder=${this.#invitation()}
              aria-label=${t("Say something")}
              ?disabled=${!this.room}
              @input=${this.#typed}
            />
            <button class="send" aria-label=${t("Send")} ?disabled=${!this._full}>${icon("send")}</button>
          </form>`;
    return html`<div class="composer">${input}<slot name="beside"></slot></div>`;
  }

  #invitation(): string {
    const seconds = this.moderating ? 0 : (this.view?.state?.chat?.slow_seconds ?? 0);
    if (!seconds) return t("Say something…");
    return t("Slow mode: one line every {seconds} s", { seconds: String(seconds) });
  }

  readonly #typed = (event: Event): void => {
    this._full = (event.target as HTMLInputElement).value.trim() !== "";
  };

  static override styles = [...shared, chatStyles];
}

function isStaff(role: string): boolean {
  return role === "host" || role === "moderator";
}

function badgeOf(role: string): TemplateResult | typeof nothing {
  if (role === "host") return html`<span class="badge warn">${t("Host")}</span>`;
  if (role === "moderator") return html`<span class="badge info">${t("Moderator")}</span>`;
  return nothing;
}

function reason(error: unknown): string {
  if (error instanceof Refused && error.message) return error.message;
  return t("That did not get through.");
}

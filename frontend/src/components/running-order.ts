/** `<lh-running-order>`: the run-sheet while the show or its rehearsal is on, with the clock running. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Act, Cue, CueRoom, RunSheet, Slot } from "../generated/wire";
import { formatSpan } from "../lib/format";
import { getJson, postJson } from "../lib/http";
import { whyNot } from "../lib/refusals";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { Ticker } from "../lib/ticker";
import { askRooms, nameOfCue } from "../live/cue-things";
import { cueWords, refusedWords } from "./cue-words";
import { runningOrderStyles } from "./running-order-styles";

const NEWS_MS = 1_000;
const STEP_SECONDS = 60;

export class LhRunningOrder extends LitElement {
  static override properties = {
    slug: {},
    on: { type: Boolean },
    mayRun: { type: Boolean, attribute: "may-run" },
    _sheet: { state: true },
    _rooms: { state: true },
    _error: { state: true },
    _busy: { state: true },
  };

  declare slug: string;
  /** Whether the show or a rehearsal is on: only then is there a clock. */
  declare on: boolean;
  declare mayRun: boolean;
  declare _sheet: RunSheet | null;
  /** Whose names the cues have. */
  declare _rooms: readonly CueRoom[];
  declare _error: string;
  declare _busy: boolean;

  #timer: ReturnType<typeof setInterval> | undefined;
  /** What the server's clock is ahead of ours, in ms. */
  #aheadMs = 0;

  constructor() {
    super();
    this.slug = "";
    this.on = false;
    this.mayRun = false;
    this._sheet = null;
    this._rooms = [];
    this._error = "";
    this._busy = false;
    new Ticker(this, () => this.on);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (this.on && document.visibilityState === "visible") void this.#ask();
    }, NEWS_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override updated(changes: Map<string, unknown>): void {
    if (changes.has("slug") || changes.has("on")) void this.#ask();
  }

  async #ask(): Promise<void> {
    if (!this.slug || this._busy) return;
    try {
      this.#take(await getJson<RunSheet>(`/api/shows/${this.slug}/run-sheet`));
    } catch {
      // The next asking comes in a moment.
    }
  }

  #take(sheet: RunSheet): void {
    this.#aheadMs = Date.parse(sheet.now) - Date.now();
    const isNew = sheet.version !== this._sheet?.version;
    this._sheet = sheet;
    if (isNew) void this.#askNames();
  }

  async #askNames(): Promise<void> {
    try {
      this._rooms = await askRooms(this.slug);
    } catch {
      // The cues are there without the names of what they are about.
    }
  }

  async #press(path: string, body: Record<string, unknown>): Promise<void> {
    if (this._busy) return;
    this._busy = true;
    this._error = "";
    try {
      this.#take(await postJson<RunSheet>(`/api/shows/${this.slug}/run-sheet/${path}`, body));
    } catch (error) {
      this._error = whyNot(error);
    } finally {
      this._busy = false;
    }
    if (this._error) await this.#ask();
  }

  #step(path: string, more: Record<string, unknown> = {}): void {
    void this.#press(path, { after: this._sheet?.steps ?? 0, ...more });
  }

  protected override render(): TemplateResult | typeof nothing {
    const sheet = this._sheet;
    if (!sheet?.acts.length) return nothing;
    const slots = new Map(sheet.slots.map((slot) => [slot.act_id, slot]));
    const isOver = (act: Act) => ["played", "skipped"].includes(slots.get(act.id)?.state ?? "");
    const first = sheet.acts.findIndex((act) => !isOver(act));
    // In a long night what is on must not be looked for.
    const over = this.on && first > 0 ? first : 0;
    const acts = (some: readonly Act[]) => html`<ol>
      ${repeat(
        some,
        (act) => act.id,
        (act) => this.#act(act, slots.get(act.id), sheet),
      )}
    </ol>`;
    return html`<section class="order" aria-label=${t("Run-sheet")}>
      <header>
        <h2>${t("Run-sheet")}</h2>
        ${this.on ? this.#clock(sheet) : nothing}
      </header>
      ${this._error ? html`<p class="error" role="alert">${this._error}</p>` : nothing}
      ${this.on && this.mayRun ? this.#buttons(sheet) : nothing}
      ${over ? html`<details><summary>${tn("{n} act is over", "{n} acts are over", over)}</summary>${acts(sheet.acts.slice(0, over))}</details>` : nothing}
      ${acts(sheet.acts.slice(over))}
    </section>`;
  }

  #now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** What is left of the act, and how far the show is from its plan. */
  #clock(sheet: RunSheet): TemplateResult | typeof nothing {
    const slot = sheet.slots.find((one) => one.state === "on");
    const next = sheet.slots.find((one) => one.state === "coming");
    const late = next ? Date.parse(next.starts_at) - Date.parse(next.planned_at) : 0;
    const act = sheet.acts.find((one) => one.id === slot?.act_id);
    const length = ((act?.seconds ?? 0) + sheet.delay_seconds) * 1000;
    const left = slot ? Date.parse(slot.starts_at) + length - this.#now() : 0;
    return html`<p class="clock figures" role="timer">
      ${slot ? html`<strong class=${left < 0 ? "over" : ""}>${left < 0 ? "+" : ""}${formatSpan(Math.abs(left))}</strong>` : nothing}
      ${Math.abs(late) >= 1000 ? html`<span class="muted">${late > 0 ? t("{time} late", { time: formatSpan(late) }) : t("{time} early", { time: formatSpan(-late) })}</span>` : nothing}
    </p>`;
  }

  #buttons(sheet: RunSheet): TemplateResult {
    const next = sheet.slots.find((one) => one.state === "coming");
    const on = sheet.slots.some((one) => one.state === "on");
    const title = sheet.acts.find((act) => act.id === next?.act_id)?.title ?? "";
    const off = this._busy;
    const delay = (seconds: number) => () => this.#step("delay", { seconds });
    return html`<div class="button-row">
      <button class="button small primary" ?disabled=${off || (!next && !on)} @click=${() => this.#step("next")}>
        ${next ? t("Next: {title}", { title }) : t("End the last act")}
      </button>
      <button class="button small" ?disabled=${off || (!next && !on)} @click=${delay(STEP_SECONDS)}>${t("+1 minute")}</button>
      <button class="button small" ?disabled=${off || (!next && !on)} @click=${delay(-STEP_SECONDS)}>${t("−1 minute")}</button>
      ${next ? html`<button class="button small quiet" ?disabled=${off} @click=${() => this.#step("skip", { act_id: next.act_id })}>${t("Skip it")}</button>` : nothing}
    </div>`;
  }

  #act(act: Act, slot: Slot | undefined, sheet: RunSheet): TemplateResult {
    const isOn = slot?.state === "on";
    return html`<li class=${slot?.state ?? "coming"} aria-current=${isOn ? "step" : nothing}>
      <time class="figures">${slot ? clockTime(slot.starts_at) : ""}</time>
      <div class="matter">
        <strong>${act.title}</strong>
        ${act.people ? html`<span class="muted small-text">${act.people}</span>` : nothing}
        ${isOn && act.script ? html`<p class="script">${act.script}</p>` : nothing}
        ${act.cues.length ? html`<ul>${act.cues.map((cue) => this.#cue(cue, sheet))}</ul>` : nothing}
      </div>
      <span class="figures muted small-text">${formatSpan(act.seconds * 1000)}</span>
    </li>`;
  }

  #cue(cue: Cue, sheet: RunSheet): TemplateResult {
    const given = sheet.cues.find((one) => one.cue_id === cue.id);
    const state = given?.state ?? "";
    const note = cue.kind === "note" && state === "given";
    return html`<li class="cue ${state} ${note ? "to-host" : ""}">
      <span>${cueWords(cue, nameOfCue(cue, this._rooms))}</span>
      ${cue.at_seconds === null ? nothing : html`<span class="badge figures">${formatSpan(cue.at_seconds * 1000)}</span>`}
      ${state === "given" ? html`<span class="badge good">${t("Done")}</span>` : nothing}
      ${state === "refused" ? html`<span class="badge bad">${refusedWords(given?.code ?? "")}</span>` : nothing}
      ${
        this.on && this.mayRun && state !== "given"
          ? html`<button class="button small" ?disabled=${this._busy}
            @click=${() => void this.#press("cue", { cue_id: cue.id })}>${t("Do it now")}</button>`
          : nothing
      }
    </li>`;
  }

  static override styles = [...shared, runningOrderStyles];
}

function clockTime(moment: string): string {
  const language = document.documentElement.lang || "en";
  const format = { hour: "numeric", minute: "2-digit", second: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, format).format(Date.parse(moment));
}

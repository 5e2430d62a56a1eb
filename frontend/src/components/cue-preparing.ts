/** What a cue begins is prepared where the cue is written: polls, red packets, coupons that fall. */
import { html, nothing, type TemplateResult } from "lit";
import type { CueKind } from "../generated/wire";
import { t } from "../lib/text";

/** A coupon of the store that may fall. */
export interface Pattern {
  id: string;
  label: string;
  starts_at: string;
  ends_at: string;
}

/** Where it is posted to, below the show, and what is in it. */
export interface Prepared {
  path: string;
  body: Record<string, unknown>;
}

type Read = (name: string) => string;

/** The form for what a cue of this kind begins; nothing for what is made elsewhere. */
export function preparing(
  kind: CueKind,
  slug: string,
  coupons: readonly Pattern[],
  keep: (prepared: Prepared) => void,
): TemplateResult | typeof nothing {
  switch (kind) {
    case "vote":
      return form(t("Prepare a poll"), poll(), keep, readPoll);
    case "packets":
      return form(t("Prepare red packets"), packets(), keep, readPackets);
    case "drop":
      return coupons.length
        ? form(t("Prepare coupons that fall"), drop(coupons), keep, readDrop)
        : nothing;
    case "quiz":
      return elsewhere(`/studio/${slug}/crowd#quizzes`, t("Prepare a quiz question"));
    case "draw":
      return elsewhere(`/studio/${slug}/games`, t("Prepare a draw"));
    default:
      return nothing;
  }
}

function elsewhere(path: string, words: string): TemplateResult {
  return html`<p><a href=${path} target="_blank" rel="noopener">${words}</a></p>`;
}

function form(
  words: string,
  fields: TemplateResult,
  keep: (prepared: Prepared) => void,
  read: (of: Read) => Prepared,
): TemplateResult {
  const send = (event: Event) => {
    event.preventDefault();
    const filled = event.target as HTMLFormElement;
    const data = new FormData(filled);
    keep(read((name) => String(data.get(name) ?? "")));
    filled.reset();
    filled.closest("details")?.removeAttribute("open");
  };
  return html`<details class="preparing">
    <summary>${words}</summary>
    <form class="form" @submit=${send}>
      ${fields}
      <div class="form-actions"><button class="button small">${t("Keep it ready")}</button></div>
    </form>
  </details>`;
}

function poll(): TemplateResult {
  return html`<label class="field">${t("Question")}
      <input class="input" name="title" maxlength="120" required /></label>
    <label class="field">${t("What one can choose, one in each line")}
      <textarea class="textarea" name="contestants" rows="3" maxlength="2000" required></textarea></label>
    ${numeric("minutes", t("Lasts, in minutes"), 5, 1)}`;
}

function readPoll(of: Read): Prepared {
  const contestants = of("contestants")
    .split("\n")
    .map((one) => one.trim())
    .filter(Boolean);
  const body = { title: of("title"), contestants, minutes: Number(of("minutes")) };
  return { path: "battles/prepared", body };
}

function packets(): TemplateResult {
  return html`<label class="field">${t("Words on the packets")}
      <input class="input" name="title" maxlength="120" required /></label>
    <div class="form-grid">
      ${numeric("count", t("How many packets"), 100, 1)}
      ${numeric("points", t("Points in all of them together"), 1_000, 1)}
      ${numeric("seconds", t("They fall for, in seconds"), 60, 5)}
    </div>`;
}

function readPackets(of: Read): Prepared {
  const [count, points, seconds] = ["count", "points", "seconds"].map((name) => Number(of(name)));
  return { path: "packets/prepared", body: { title: of("title"), count, points, seconds } };
}

function drop(coupons: readonly Pattern[]): TemplateResult {
  return html`<div class="form-grid">
      <label class="field">${t("Coupon")}
        <select class="select" name="coupon_id">
          ${coupons.map((one) => html`<option value=${one.id}>${one.label}</option>`)}
        </select></label>
      ${numeric("count", t("How many"), 100, 1)}
      ${numeric("seconds", t("For how long, in seconds"), 60, 10)}
    </div>`;
}

function readDrop(of: Read): Prepared {
  const [count, seconds] = ["count", "seconds"].map((name) => Number(of(name)));
  return { path: "drops/prepared", body: { coupon_id: of("coupon_id"), count, seconds } };
}

function numeric(name: string, words: string, first: number, min: number): TemplateResult {
  return html`<label class="field">${words}
    <input class="input" type="number" name=${name} min=${min} value=${first} required /></label>`;
}

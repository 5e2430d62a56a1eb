/** `<lh-draw-check>`: recomputes a draw on the reader's own device and says in plain words what holds. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { getJson } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import { type LotFinding, type LotRecord, verifyLots } from "../live/draws";
import { canCheck } from "../live/fairness";

/** More than this a browser hashes too slowly; the command does it in seconds. */
const ENTRANTS_MAX = 100_000;

type Check =
  | { kind: "none" }
  | { kind: "checking" }
  | { kind: "failed"; message: string }
  | { kind: "checked"; entrants: number; found: [words: string, holds: boolean][] };

export class LhDrawCheck extends LitElement {
  static override properties = { record: {}, _check: { state: true } };

  declare record: string;
  declare _check: Check;

  constructor() {
    super();
    this.record = "";
    this._check = { kind: "none" };
  }

  protected override render(): TemplateResult {
    const check = this._check;
    return html`<div aria-live="polite">
        ${check.kind === "none" ? html`<button class="button primary" @click=${() => void this.#verify()}>${t("Check it on this device")}</button>` : nothing}
        ${check.kind === "checking" ? html`<p class="muted">${t("Your device computes the draw anew…")}</p>` : nothing}
        ${check.kind === "failed" ? html`<p>${check.message}</p>` : nothing}
        ${check.kind === "checked" ? this.#checked(check) : nothing}
      </div>
      <p class="small-text"><slot></slot></p>`;
  }

  #checked({ entrants, found }: Extract<Check, { kind: "checked" }>): TemplateResult {
    const all = found.every(([, holds]) => holds);
    return html`<p><strong>${all ? t("Everything holds. The winners are the ones that the numbers give.") : t("Something does not hold. Do not trust this draw.")}</strong></p>
      <ul>
        ${found.map(
          ([words, holds]) => html`<li class=${holds ? "holds" : "fails"}>
            ${icon(holds ? "check" : "warning")}
            <span><span class="visually-hidden">${holds ? t("Holds:") : t("Fails:")} </span>${words}</span>
          </li>`,
        )}
      </ul>
      <p class="muted small-text">${tn("{n} person took part.", "{n} people took part.", entrants)}</p>`;
  }

  async #verify(): Promise<void> {
    if (!canCheck()) {
      const message = t("Your browser checks only over a secure connection.");
      this._check = { kind: "failed", message };
      return;
    }
    this._check = { kind: "checking" };
    try {
      const record = await getJson<LotRecord>(this.record);
      const entrants = record.nonces.length / 64;
      if (entrants > ENTRANTS_MAX) {
        const message = t("So many took part that a browser is too slow. Use the command below.");
        this._check = { kind: "failed", message };
        return;
      }
      const found = Object.entries(await verifyLots(record));
      this._check = {
        kind: "checked",
        entrants,
        found: found.map(([name, holds]) => [FOUND[name as LotFinding](), holds]),
      };
    } catch {
      this._check = { kind: "failed", message: t("That did not get through. Try again.") };
    }
  }

  static override styles = [
    ...shared,
    css`
      ul {
        display: grid;
        gap: var(--gap-2);
        margin: var(--gap-3) 0;
      }
      li {
        display: flex;
        gap: var(--gap-2);
      }
      .holds svg {
        color: var(--good, green);
      }
      .fails svg {
        color: var(--bad, red);
      }
    `,
  ];
}

const FOUND: Record<LotFinding, () => string> = {
  form: () => t("What was published is whole."),
  terms: () => t("The terms are the ones that were fixed before anybody could join."),
  seed: () => t("The secret number is the one that was promised before anybody could join."),
  root: () => t("The list was not changed after it was closed."),
  order: () => t("The winners are the first in the order that follows from everybody's numbers."),
};

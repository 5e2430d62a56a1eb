/** What goes on in a room, as one reads it from the sofa; the taps are on the phone. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomState } from "../generated/wire";
import { formatCount, formatSpan } from "../lib/format";
import { icon } from "../lib/icons";
import { t, tn } from "../lib/text";
import { battleCard, ranking } from "../live/battles";
import { applauseCard, packetsCard, quizCard } from "../live/crowd";
import { type DrawPhase, drawCard, drawPhase } from "../live/draws";
import { dropCard } from "../live/drops";
import { type Going, goingOn, type Kind } from "../live/going-on";
import { discountWords, termsWords } from "./coupon-words";
import { goingWords } from "./going-words";

/** So many cards leave the chat its place; the others are named. */
const CARDS_MAX = 2;
const RANKS_MAX = 5;
const RANKS_BESIDE_MAX = 3;
const WINNERS_MAX = 8;

export function games(state: RoomState | null, nowMs: number): TemplateResult | typeof nothing {
  const going = goingOn(state, nowMs).filter((one) => one.kind !== "questions");
  const answered = state?.stage?.question;
  if (!going.length && !answered) return nothing;
  const shown = going.slice(0, CARDS_MAX);
  const others = going.slice(CARDS_MAX);
  const lines = shown.length > 1 ? RANKS_BESIDE_MAX : RANKS_MAX;
  return html`<aside aria-label=${t("What is going on")}>
    ${answered ? html`<section class="answered"><h2>${t("The host answers")}</h2><p>${answered.text}</p></section>` : nothing}
    ${repeat(
      shown,
      (one) => one.kind,
      (one) => card(one, state, nowMs, lines),
    )}
    ${others.length ? html`<p class="others">${t("On your phone: {names}", { names: others.map((one) => goingWords(one.kind)).join(", ") })}</p>` : nothing}
  </aside>`;
}

function card(
  going: Going,
  state: RoomState | null,
  nowMs: number,
  lines: number,
): TemplateResult | typeof nothing {
  switch (going.kind) {
    case "packets":
      return packets(state, nowMs);
    case "drop":
      return drop(state, nowMs);
    case "quiz":
      return quiz(state, nowMs);
    case "applause":
      return applause(state, nowMs);
    case "draw":
      return draw(state, nowMs);
    case "battle":
      return battle(state, nowMs, lines);
    case "questions":
      return nothing;
  }
}

/** One shape for all: what it is, how long still, and what there is to see. */
function frame(kind: Kind, title: string, restMs: number, matter: TemplateResult): TemplateResult {
  return html`<section class=${kind} aria-label=${goingWords(kind)}>
    <h2>${title} ${restMs > 0 ? html`<span class="figures">${formatSpan(restMs)}</span>` : nothing}</h2>
    ${matter}
  </section>`;
}

function hint(words: string): TemplateResult {
  return html`<p class="hint">${icon("heart")}${words}</p>`;
}

function packets(state: RoomState | null, nowMs: number): TemplateResult | typeof nothing {
  const found = packetsCard(state, nowMs);
  if (!found) return nothing;
  const { phase, taken, count } = found;
  const restMs =
    phase === "over" ? 0 : (phase === "soon" ? found.opens_at : found.closes_at) - nowMs;
  const words =
    phase === "soon"
      ? t("They fall in a moment. Everybody can take one.")
      : phase === "over"
        ? t("All gone, or the time is up.")
        : "";
  return frame(
    "packets",
    found.title,
    restMs,
    html`${words ? html`<p>${words}</p>` : hint(t("Take one on your phone"))}
      <progress max=${count} value=${taken}></progress>
      <p class="muted figures">${t("{taken} of {count} taken", { taken: formatCount(taken), count: formatCount(count) })}</p>`,
  );
}

function drop(state: RoomState | null, nowMs: number): TemplateResult | typeof nothing {
  const found = dropCard(state, nowMs);
  if (!found) return nothing;
  const left = tn("{n} left", "{n} left", found.left, { n: formatCount(found.left) });
  const matter = {
    open: html`${hint(t("Take it on your phone"))}
      <progress max=${found.total} value=${found.left}></progress><p class="muted figures">${left}</p>`,
    gone: html`<p>${t("All are taken.")}</p>`,
    over: html`<p>${t("The time is over.")}</p>`,
  }[found.standing];
  return frame(
    "drop",
    discountWords(found),
    found.restMs,
    html`<p class="muted">${found.label}${termsWords(found)}</p>${matter}`,
  );
}

function quiz(state: RoomState | null, nowMs: number): TemplateResult | typeof nothing {
  const found = quizCard(state, nowMs);
  if (!found) return nothing;
  const most = Math.max(1, ...Object.values(found.counts ?? {}));
  return frame(
    "quiz",
    found.text,
    found.isOpen ? found.closes_at - nowMs : 0,
    html`<ol class="ranks">
        ${Object.entries(found.choices).map(([number, name]) => {
          const count = found.counts?.[Number(number)] ?? 0;
          const isRight = found.right === Number(number);
          return html`<li class=${isRight ? "right" : ""}>
            <span class="bar" style=${`--share: ${found.counts ? count / most : 0}`}></span>
            <span>${isRight ? icon("check") : nothing} ${name}</span>
            ${found.counts ? html`<span class="figures">${formatCount(count)}</span>` : nothing}</li>`;
        })}
      </ol>
      ${found.isOpen ? hint(t("Answer on your phone")) : html`<p class="muted">${tn("{n} person has answered.", "{n} people have answered.", found.answers)}</p>`}`,
  );
}

function applause(state: RoomState | null, nowMs: number): TemplateResult | typeof nothing {
  const found = applauseCard(state, nowMs);
  if (!found) return nothing;
  const { claps, goal } = found;
  return frame(
    "applause",
    t("Clap for {what}", { what: found.title }),
    found.restMs,
    html`<progress max=${goal} value=${Math.min(goal, claps)}></progress>
      <p class="figures">${
        found.isReached
          ? html`<strong class="won">${t("You did it together!")}</strong>`
          : t("{claps} of {goal} claps", { claps: formatCount(claps), goal: formatCount(goal) })
      }</p>`,
  );
}

function battle(
  state: RoomState | null,
  nowMs: number,
  lines: number,
): TemplateResult | typeof nothing {
  const found = battleCard(state);
  if (!found) return nothing;
  const isOpen = found.state === "open";
  const won = found.state === "ended" && found.kind === "battle";
  return frame(
    "battle",
    found.title,
    isOpen ? found.closes_at - nowMs : 0,
    html`${won ? html`<p class="won">${t("{name} has won!", { name: found.names[found.first] ?? "" })}</p>` : nothing}
      <ol class="ranks">
        ${repeat(
          ranking(found).slice(0, lines),
          (rank) => rank.number,
          (rank) => html`<li><span class="bar" style=${`--share: ${rank.share}`}></span>
            <span>${rank.name}</span><span class="figures">${formatCount(rank.votes)}</span></li>`,
        )}
      </ol>
      ${isOpen ? hint(t("Vote on your phone")) : nothing}`,
  );
}

function draw(state: RoomState | null, nowMs: number): TemplateResult | typeof nothing {
  const found = drawCard(state);
  if (!found) return nothing;
  const phase = drawPhase(found, state, nowMs, undefined);
  const isOpen = phase.kind === "open";
  return frame(
    "draw",
    found.title,
    isOpen || phase.kind === "soon" ? phase.ms : 0,
    html`${isOpen && found.goal ? html`<progress max=${found.goal} value=${Math.min(found.goal, found.entrants)}></progress>` : nothing}
      <p role="status">${drawWords(phase)}</p>
      ${isOpen ? hint(t("Take part on your phone")) : nothing}`,
  );
}

function drawWords(phase: DrawPhase): string {
  switch (phase.kind) {
    case "soon":
      return t("The terms are fixed. It opens in a moment.");
    case "open":
    case "joined":
      return phase.missing ? tn("{n} is missing", "{n} are missing", phase.missing) : "";
    case "drawing":
      return t("It is being drawn…");
    case "result":
      if (phase.stage === "unfilled") return t("Too few came in time. The pot rolls on.");
      if (phase.stage === "void") return t("The show ended before the draw.");
      return `${tn("{n} has won:", "{n} have won:", phase.won)} ${phase.winners.slice(0, WINNERS_MAX).join(", ")}`;
  }
}

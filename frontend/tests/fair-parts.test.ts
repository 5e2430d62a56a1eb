import { html, render } from "lit";
import { expect, it } from "vitest";
import { cardWays } from "../src/components/fair-parts";
import type { WaitPart } from "../src/components/wait-part";
import type { Drawn } from "../src/generated/wire";
import type { FairView, Mine } from "../src/live/fair";
import { type Card, standing } from "../src/live/offers";

const NOW = 1_000_000;
const OFFER = {
  title: "Bowl",
  variant: "",
  image: "",
  price_minor: 100,
  currency: "EUR",
  state: "open" as const,
  left: 0,
  total: 1,
  limit: 1,
  opens_at: 0,
  closes_at: 0,
  rank: 1,
  fair_window_ms: 5_000,
  fair: {
    id: "opening",
    stage: "done" as const,
    commitment: "c0ffee",
    window_ms: 5_000,
    call_at: NOW - 20_000,
    closes_at: NOW - 12_000,
    entrants: 2,
    root: "",
    seed: "",
    placed: 1,
  },
};
const SOLD_OUT: Card = { ...OFFER, id: "bowl", standing: standing(OFFER, NOW) };
const LINE = { line: { button: () => html`<button>Wait for one</button>` } };

function shown(outcome?: Drawn["outcome"]): string[] {
  const mine = outcome
    ? ({ openingId: "opening", entrant: "ab", result: { outcome } } as Mine)
    : undefined;
  const view: FairView = { mine: () => mine, pictureMs: () => NOW };
  const place = document.createElement("div");
  const waits = LINE as unknown as WaitPart["view"];
  render(cardWays(SOLD_OUT, place, NOW, view, waits), place);
  return [...place.querySelectorAll("button")].map((one) => one.textContent?.trim() ?? "");
}

it("who had no luck can look at the draw again, and wait for what may come back", () => {
  expect(shown("sold_out")).toEqual(["Wait for one", "Result"]);
});

it("who has a place is offered that place alone", () => {
  expect(shown("placed")).toEqual(["My place"]);
});

it("who took no part may wait, and has no button that does nothing", () => {
  expect(shown()).toEqual(["Wait for one"]);
});

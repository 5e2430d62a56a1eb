import { describe, expect, it, vi } from "vitest";
import type { Drawn, Opening, RoomState } from "../src/generated/wire";
import { Entries, type FairView, fairPhase, isForSale, type Mine } from "../src/live/fair";
import type { Card } from "../src/live/offers";
import { standing } from "../src/live/offers";

const CALL = 1_000_000;
const OPENING: Opening = {
  id: "opening",
  stage: "called",
  commitment: "c0ffee",
  window_ms: 5_000,
  call_at: CALL,
  closes_at: CALL + 8_000,
  entrants: 0,
  root: "",
  seed: "",
  placed: 0,
};

function card(fair: Partial<Opening> = {}): Card {
  const offer = {
    title: "Mug",
    variant: "",
    image: "",
    price_minor: 100,
    currency: "EUR",
    state: "open" as const,
    left: 3,
    total: 3,
    limit: 1,
    opens_at: 0,
    closes_at: 0,
    rank: 1,
    fair_window_ms: 5_000,
    fair: { ...OPENING, ...fair },
  };
  return { ...offer, id: "mug", standing: standing(offer, CALL) };
}

const DRAWN: Drawn = {
  type: "orders.drawn",
  id: "order",
  offer_id: "mug",
  opening_id: "opening",
  outcome: "sold_out",
  position: 7,
  entrants: 9,
  total_minor: 0,
  currency: "",
  pay_by: 0,
  needs_address: false,
};
const MINE: Mine = { id: "order", nonce: "", openingId: "opening", commitment: "", entrant: "ab" };

const seen = (pictureMs: number | null, mine?: Mine): FairView => ({
  mine: () => mine,
  pictureMs: () => pictureMs,
});

describe("a card of a fair offer", () => {
  it("counts down to the call with the picture, which is late", () => {
    const late = seen(CALL - 2_000);
    expect(fairPhase(card(), CALL + 1_000, late)).toEqual({ kind: "countdown", ms: 2_000 });
    expect(fairPhase(card(), CALL + 3_000, seen(CALL))).toEqual({ kind: "open", ms: 5_000 });
  });

  it("goes by the clock where there is no picture", () => {
    expect(fairPhase(card(), CALL - 500, seen(null)).kind).toBe("countdown");
    expect(fairPhase(card(), CALL, seen(null)).kind).toBe("open");
  });

  it("lets nobody in before the call, whatever their picture says", () => {
    expect(fairPhase(card(), CALL - 500, seen(CALL + 60_000)).kind).toBe("countdown");
  });

  it("is over when the house closes the list", () => {
    expect(fairPhase(card(), CALL + 8_001, seen(CALL)).kind).toBe("drawing");
    expect(fairPhase(card({ stage: "listed" }), CALL, seen(CALL)).kind).toBe("drawing");
  });

  it("waits, then shows the result", () => {
    expect(fairPhase(card(), CALL, seen(CALL, MINE)).kind).toBe("waiting");
    const told = seen(CALL, { ...MINE, result: DRAWN });
    expect(fairPhase(card({ stage: "done" }), CALL, told)).toEqual({
      kind: "result",
      drawn: DRAWN,
    });
  });

  it("is an ordinary offer after the draw", () => {
    const done = card({ stage: "done" });
    expect(done.standing).toBe("last");
    expect(fairPhase(done, CALL, seen(CALL)).kind).toBe("ordinary");
    expect(isForSale(done, { kind: "result", drawn: DRAWN })).toBe(true);
    expect(isForSale(done, { kind: "result", drawn: { ...DRAWN, outcome: "placed" } })).toBe(false);
    expect(card().standing).toBe("draw");
  });
});

describe("our entries", () => {
  const answer = { order_id: "order", nonce: "n", entrant: "ab", opening_id: "opening" };

  function shelf() {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  }

  it("are the same after a failure and after a reload", async () => {
    const asked: string[][] = [];
    const enter = vi.fn(async (...args: string[]) => {
      asked.push(args);
      if (asked.length === 1) throw new Error("timeout");
      return answer;
    });
    const room = { newId: () => "order", enter };
    const place = shelf();
    const first = new Entries(room, "fair:run", () => undefined, place);
    await expect(first.enter(card())).rejects.toThrow("timeout");

    const reloaded = new Entries(room, "fair:run", () => undefined, place);
    await reloaded.enter(card());

    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]?.[1]).toMatch(/^[0-9a-f]{64}$/);
    expect(reloaded.of(card())).toMatchObject({ entrant: "ab", nonce: "n", commitment: "c0ffee" });
    expect(reloaded.of(card({ id: "another opening" }))).toBeUndefined();
  });

  it("remember the list's root as the room first showed it, and how soon", async () => {
    const place = shelf();
    const room = { newId: () => "order", enter: vi.fn(async () => answer) };
    const entries = new Entries(
      room,
      "fair:run",
      () => undefined,
      place,
      () => CALL + 9_000,
    );
    await entries.enter(card());
    const listed = (root: string) =>
      ({ offers: { mug: card({ stage: "listed", root }) } }) as unknown as RoomState;

    entries.look(listed("first"));
    entries.look(listed("another"));

    expect(entries.of(card())).toMatchObject({ root: "first", rootAfterMs: 1_000 });
  });

  it("ask again for a result that did not come, but not at once and not for ever", async () => {
    let nowMs = 0;
    const enter = vi.fn(async () => answer);
    const entries = new Entries(
      { newId: () => "order", enter },
      "fair:run",
      () => undefined,
      shelf(),
      () => nowMs,
    );
    await entries.enter(card());
    const state = { offers: { mug: card({ stage: "done" }) } } as unknown as RoomState;

    entries.look(state);
    nowMs = 2_000;
    entries.look(state);
    expect(enter).toHaveBeenCalledTimes(1);
    nowMs = 3_000;
    entries.look(state);
    expect(enter).toHaveBeenCalledTimes(2);

    entries.heard(DRAWN);
    nowMs = 60_000;
    entries.look(state);
    expect(enter).toHaveBeenCalledTimes(2);
    expect(entries.of(card())?.result).toEqual(DRAWN);
  });
});

import { describe, expect, it } from "vitest";
import type { Offer, RoomState } from "../src/generated/wire";
import { cards, pinned, standing } from "../src/live/offers";

const offer = (change: Partial<Offer> = {}): Offer => ({
  title: "Mug",
  variant: "",
  image: "",
  price_minor: 1999,
  was_minor: 0,
  currency: "EUR",
  state: "open",
  left: 40,
  total: 50,
  limit: 2,
  opens_at: 0,
  closes_at: 0,
  rank: 1,
  v: 1,
  ...change,
});
const room = (offers: Record<string, Offer>, pin = ""): RoomState => ({
  show: { title: "", state: "live", simulated: false, kind: "live" },
  stage: { pin },
  offers,
  counts: { viewers: 0, likes: 0, orders: 0 },
});

describe("an offer", () => {
  it("is sold out when it is open and nothing is left", () => {
    expect(standing(offer({ left: 0 }), 0)).toBe("sold_out");
    expect(standing(offer({ left: 0, state: "planned" }), 0)).toBe("planned");
  });

  it("is closed from its instant on, before the server's word arrives", () => {
    expect(standing(offer({ closes_at: 1000 }), 999)).toBe("open");
    expect(standing(offer({ closes_at: 1000 }), 1000)).toBe("closed");
  });

  it("says when only few are left", () => {
    expect(standing(offer({ left: 3 }), 0)).toBe("last");
  });
});

describe("the bag", () => {
  it("shows first what can be bought, then what is to come", () => {
    const state = room({
      a: offer({ state: "closed", rank: 1 }),
      b: offer({ state: "planned", rank: 2 }),
      c: offer({ rank: 4 }),
      d: offer({ rank: 3 }),
      e: offer({ left: 0, rank: 0 }),
    });
    expect(cards(state, 0).map((card) => card.id)).toEqual(["d", "c", "b", "e", "a"]);
  });
});

describe("the pin", () => {
  it("names an offer of the room or nothing", () => {
    expect(pinned(room({ a: offer() }, "a"), 0)?.title).toBe("Mug");
    expect(pinned(room({ a: offer() }, "gone"), 0)).toBeNull();
    expect(pinned(room({ a: offer() }), 0)).toBeNull();
    expect(pinned(null, 0)).toBeNull();
  });
});

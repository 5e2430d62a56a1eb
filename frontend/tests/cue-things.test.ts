import { describe, expect, it } from "vitest";
import type { Cue, CueRoom } from "../src/generated/wire";
import { chosenRoom, nameOfCue, reached } from "../src/live/cue-things";
import { patterns } from "../src/live/patterns";

const gala: CueRoom = {
  slug: "gala",
  title: "Gala",
  relation: "own",
  state: "live",
  things: { vote: [{ id: "v1", title: "Which glaze?", state: "ready" }], pin: [] },
};
const deals: CueRoom = {
  slug: "deals",
  title: "Deals",
  relation: "deal",
  state: "live",
  things: { pin: [{ id: "o1", title: "Tea bowl", state: "open" }] },
};
const other: CueRoom = { ...deals, slug: "other", title: "Other", relation: "asked", things: {} };
const rooms = [gala, deals, other];

function cue(kind: Cue["kind"], target: string): Cue {
  return { id: "c", kind, at_seconds: null, target, text: "" };
}

describe("what cues can name", () => {
  it("is chosen in the room that has it", () => {
    expect(chosenRoom(cue("pin", "o1"), rooms, "gala")).toBe(deals);
    expect(chosenRoom(cue("pin", ""), rooms, "deals")).toBe(deals);
    expect(chosenRoom(cue("pin", ""), rooms, undefined)).toBe(gala);
    expect(chosenRoom(cue("pin", "gone"), rooms, "nowhere")).toBe(gala);
  });

  it("has the name of the thing, and of the room where it is another", () => {
    expect(nameOfCue(cue("vote", "v1"), rooms)).toBe("Which glaze?");
    expect(nameOfCue(cue("pin", "o1"), rooms)).toBe("Tea bowl (Deals)");
    expect(nameOfCue(cue("invite", "other"), rooms)).toBe("Other");
    expect(nameOfCue(cue("draw", "gone"), rooms)).toBe("");
  });

  it("is in rooms that a stage leads, and in those that have been asked", () => {
    expect(reached(rooms)).toEqual(rooms);
    expect(reached([gala, { ...deals, things: {} }])).toEqual([gala]);
  });
});

describe("coupons that may fall", () => {
  it("run now and are not set aside for others", () => {
    const coupon = { starts_at: "2031-05-01T00:00:00Z", ends_at: "2031-05-02T00:00:00Z" };
    const noon = Date.parse("2031-05-01T12:00:00Z");
    const aside = { code: "", shown: false, coupon };
    const own = { code: "TEA", shown: false, coupon };
    expect(patterns([aside, own, { ...aside, shown: true }], noon)).toEqual([coupon, coupon]);
    expect(patterns([own], noon + 86_400_000)).toEqual([]);
  });
});

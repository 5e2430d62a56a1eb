import { describe, expect, it } from "vitest";
import { StageHold } from "../src/live/stage";

const pin = (id: string) => ({ stage: { pin: id }, counts: { viewers: 1 } });

describe("the stage", () => {
  it("shows at once on arrival", () => {
    const hold = new StageHold();
    hold.put(pin("mug"), 10_000, 5_000);
    expect(hold.shown).toEqual({ pin: "mug" });
  });

  it("waits until the picture has come as far", () => {
    const hold = new StageHold();
    hold.put(pin(""), 1_000, 0);
    hold.put(pin("mug"), 10_000, 4_000);
    expect(hold.shown).toEqual({ pin: "" });
    expect(hold.reach(9_999)).toBe(false);
    expect(hold.reach(10_000)).toBe(true);
    expect(hold.shown).toEqual({ pin: "mug" });
  });

  it("passes through every step in order", () => {
    const hold = new StageHold();
    hold.put(pin(""), 1_000, 0);
    hold.put(pin("mug"), 2_000, 0);
    hold.put(pin(""), 3_000, 0);
    hold.put(pin("spoon"), 4_000, 0);
    hold.reach(3_500);
    expect(hold.shown).toEqual({ pin: "" });
    hold.reach(4_000);
    expect(hold.shown).toEqual({ pin: "spoon" });
  });

  it("does not wait without a picture", () => {
    const hold = new StageHold();
    hold.put(pin(""), 1_000, 0);
    hold.put(pin("mug"), 10_000, 2_000);
    hold.reach(null);
    expect(hold.shown).toEqual({ pin: "mug" });
    hold.put(pin("spoon"), 20_000, null);
    expect(hold.shown).toEqual({ pin: "spoon" });
  });

  it("keeps no endless queue for a viewer who paused", () => {
    const hold = new StageHold();
    for (let i = 0; i < 2_000; i++) hold.put(pin(`offer ${i}`), i * 1_000, 0);
    expect(hold.waiting).toBeLessThanOrEqual(256);
  });
});

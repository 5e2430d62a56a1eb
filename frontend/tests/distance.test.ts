import { describe, expect, it } from "vitest";
import { Distance, type Place } from "../src/live/distance";

const place = (behindSeconds: number, aheadSeconds = 1): Place => ({
  behindSeconds,
  aheadSeconds,
  holdBackSeconds: 1,
  partSeconds: 0.33,
});

function arrived(): Distance {
  const distance = new Distance();
  distance.began(-60_000);
  return distance;
}

describe("the distance from the stage", () => {
  it("is left alone where it is right", () => {
    expect(new Distance().rate(place(1.04), 0)).toBe(1);
    expect(new Distance().rate(place(0.5), 0)).toBe(1);
  });

  it("is caught up gently, faster from further away", () => {
    const rates = [1.1, 1.5, 2, 4].map((behind) => new Distance().rate(place(behind, 3), 0));

    expect(rates).toEqual([...rates].sort());
    expect(rates[0]).toBeGreaterThan(1);
    expect(rates[3]).toBe(1.5);
  });

  it("is not caught up out of an empty buffer", () => {
    expect(new Distance().rate(place(2, 0.4), 0)).toBe(1);
  });

  it("stays where a viewer has gone back on purpose", () => {
    expect(new Distance().rate(place(30, 10), 0)).toBe(1);
  });

  it("is reached at once by who has just arrived, and gently later", () => {
    const distance = new Distance();
    distance.began(1_000);

    expect(distance.rate(place(1.4), 2_000)).toBe(1.5);
    expect(distance.rate(place(1.4, 0.6), 2_000)).toBe(1.1);
    expect(distance.rate(place(1.4), 8_000)).toBeLessThan(1.2);
  });

  it("does not grow with what happens on arrival", () => {
    const distance = new Distance();
    distance.stalled(0, 0.33, 500);
    distance.began(1_000);
    distance.stalled(0, 0.33, 3_000);

    expect(distance.rate(place(1.1), 8_000)).toBeGreaterThan(1);
  });

  it("does not grow when the device is late and not the line", () => {
    const distance = arrived();
    distance.stalled(0.32, 0.33, 20_000);

    expect(distance.rate(place(1.1), 21_000)).toBeGreaterThan(1);
  });

  it("grows with stalls, to a bound, and shrinks again in calm times", () => {
    const distance = arrived();
    for (let stall = 0; stall < 20; stall += 1) distance.stalled(0, 0.33, 0);

    expect(distance.rate(place(2, 3), 1_000)).toBe(1);
    expect(distance.rate(place(2.2, 3), 1_000)).toBeGreaterThan(1);

    for (let minute = 1; minute <= 4; minute += 1) distance.rate(place(1), minute * 60_000);
    expect(distance.rate(place(1.5, 3), 300_000)).toBeGreaterThan(1);
  });
});

import { describe, expect, it } from "vitest";
import { rounded } from "../src/site/spots";

describe("where somebody is", () => {
  it("leaves the browser no more exactly than it is needed", () => {
    expect(rounded(53.551086, 1)).toBe("53.6");
    expect(rounded(-8.04999, 1)).toBe("-8.0");
    expect(rounded(9.993682, 2)).toBe("9.99");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, stateHash } from "../src/live/canonical";
import { document } from "./documents";

// Made with Python's json and zlib, as the server does.
const VECTORS: [string, string][] = [
  ["{}", "a3a6bf43017500f9"],
  ['{"a": 1, "b": "x"}', "f27f27541df603d1"],
  [
    '{"\u00e9": "na\u00efve", "\ud83d\ude00": "\ud83c\udf89", "\ufb00": "lig", "a": {"z": true, "y": false}}',
    "5db41ecd02e118ac",
  ],
  [
    '{"q": "\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007f\u2028", "n": -9007199254740991, "": ""}',
    "0145cb54bd841113",
  ],
  [
    '{"10": 1, "9": 2, "offers": {"0199": {"title": "\u676f\u5b50", "price_minor": 1999, "v": 7}}}',
    "8e3748dc4266183a",
  ],
];

describe("the hash of a room's state", () => {
  it.each(VECTORS)("equals the server's for %s", (text, hash) => {
    expect(stateHash(JSON.parse(text))).toBe(hash);
  });

  it("equals the server's for a state of many blocks", () => {
    const big = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`k${String(i).padStart(5, "0")}`, "值".repeat(40)]),
    );
    expect(stateHash(big)).toBe("0dfe11ec14feb9bd");
  });

  it("does not depend on the order in which keys came", () => {
    fc.assert(
      fc.property(document, (state) => {
        const turned = Object.fromEntries(Object.entries(state).reverse());
        expect(stateHash(turned)).toBe(stateHash(state));
      }),
    );
  });

  it("is over text that reads back as the same state", () => {
    fc.assert(
      fc.property(document, (state) => {
        expect(canonical(JSON.parse(canonical(state)))).toBe(canonical(state));
      }),
    );
  });
});

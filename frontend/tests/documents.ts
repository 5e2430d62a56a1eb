/** Random room states for the laws, and the difference between two of them as the server makes it. */
import fc from "fast-check";
import type { Document, Patch, Value } from "../src/generated/wire";

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.boolean(),
  fc.maxSafeInteger(),
);
const key = fc.oneof(
  fc.constantFrom("a", "b", "c", "😀", "ﬀ", "__proto__"),
  fc.string({ maxLength: 3 }),
);

export const document: fc.Arbitrary<Document> = fc.letrec<{ document: Document; value: Value }>(
  (tie) => ({
    document: fc
      .array(fc.tuple(key, tie("value")), { maxLength: 5 })
      .map((pairs) => Object.fromEntries(pairs)),
    value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("document")),
  }),
).document;

export function difference(before: Document, after: Document): Patch {
  const patch: Record<string, Value | Patch | null> = Object.create(null);
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) patch[name] = null;
  for (const [name, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (typeof value === "object" && typeof old === "object") {
      const inner = difference(old, value);
      if (Object.keys(inner).length) patch[name] = inner;
    } else if (old !== value) patch[name] = value;
  }
  return patch;
}

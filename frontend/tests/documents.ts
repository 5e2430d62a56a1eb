/** Random room states for the laws, and the difference between two of them as the server makes it. */
import fc from "fast-check";
import type { Document, Frame, Patch, Value } from "../src/generated/wire";
import { stateHash } from "../src/live/canonical";

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

/** Frames as a conductor makes them: a keyframe first and every fifth, hashes on keyframes and every third. */
export function framesOf(states: readonly Document[], startMs = 1_000, tickMs = 250): Frame[] {
  return states.map((state, i) => {
    const base = { n: i + 1, epoch: 1, at: startMs + i * tickMs };
    const hash = i % 5 === 0 || i % 3 === 0 ? { hash: stateHash(state) } : {};
    const before = states[i - 1];
    if (i % 5 === 0 || !before) return { ...base, ...hash, state };
    return { ...base, ...hash, patch: difference(before, state) };
  });
}

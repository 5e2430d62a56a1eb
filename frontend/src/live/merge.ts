/** RFC 7396 merge patches over documents without null and without lists; nothing is changed in place. */
import type { Document, Patch, Value } from "../generated/wire";

export function merged(target: Document, patch: Patch): Document {
  const result: Document = Object.assign(Object.create(null), target);
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else if (isObject(change)) result[key] = merged(asDocument(result[key]), change);
    else result[key] = change;
  }
  return result;
}

function asDocument(value: Value | undefined): Document {
  return typeof value === "object" ? value : Object.create(null);
}

function isObject(change: Value | Patch): change is Patch {
  return typeof change === "object";
}

/** Finds every translatable string of the TypeScript and prints them as JSON for the message catalogue; refuses words that would not be translated. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
const LITERAL = String.raw`"((?:[^"\\\n]|\\.)*)"`;
const ONE = new RegExp(String.raw`(?<![\w.])t\(\s*${LITERAL}\s*[,)]`, "g");
const MANY = new RegExp(String.raw`(?<![\w.])tn\(\s*${LITERAL}\s*,\s*${LITERAL}\s*,`, "g");
const ANY = /(?<![\w.])(?<!function )(t|tn)\(/g;

// A script that comes later comes with its words.
const BARE = /(?<!withWords\()(?<!typeof )import\("\.\.?\/(?!generated)[^"]*"\)/g;

const messages = new Map();
let wrong = 0;
for (const file of sources(ROOT)) {
  const text = readFileSync(file, "utf8");
  const found = [...text.matchAll(ONE), ...text.matchAll(MANY)];
  const calls = [...text.matchAll(ANY)].filter((match) => !isComment(text, match.index));
  if (relative(ROOT, file).startsWith("components")) {
    for (const match of text.matchAll(BARE)) {
      wrong += 1;
      console.error(`${place(file, text, match.index)}: write withWords(${match[0]})`);
    }
  }
  const starts = new Set(found.map((match) => match.index));
  for (const call of calls) {
    if (starts.has(call.index)) continue;
    wrong += 1;
    console.error(`${place(file, text, call.index)}: words must be a double-quoted literal`);
  }
  for (const match of found) {
    const id = JSON.parse(`"${match[1]}"`);
    const plural = match[2] === undefined ? undefined : JSON.parse(`"${match[2]}"`);
    const known = messages.get(id) ?? { id, ...(plural ? { plural } : {}), places: [] };
    known.places.push(place(file, text, match.index));
    messages.set(id, known);
  }
}
if (!process.argv.includes("--check")) console.log(JSON.stringify([...messages.values()], null, 2));
process.exit(wrong ? 1 : 0);

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith(".ts") && entry.name !== "text.ts") yield path;
  }
}

function place(file, text, index) {
  return `frontend/src/${relative(ROOT, file)}:${text.slice(0, index).split("\n").length}`;
}

function isComment(text, index) {
  const line = text.slice(text.lastIndexOf("\n", index) + 1, index).trimStart();
  return line.startsWith("*") || line.startsWith("//") || line.startsWith("/*");
}

/** Fails when the script that the watch page needs before its first picture weighs too much; hls.js is counted apart. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 60_000;
const BUILD = fileURLToPath(new URL("../../src/livehouse/web/static/build", import.meta.url));
const manifest = JSON.parse(readFileSync(join(BUILD, "manifest.json"), "utf8"));

const needed = new Set();
for (const entry of ["src/entries/site.ts", "src/entries/watch.ts"]) need(entry);
// Another language's words come before the first picture too: count the heaviest.
const words = Object.entries(manifest).filter(([name]) =>
  name.startsWith("src/generated/messages."),
);
const heaviest = words.sort(([, a], [, b]) => weight(b.file) - weight(a.file))[0];
if (heaviest) need(heaviest[0]);

const files = [...needed].map((name) => manifest[name].file).filter((file) => file.endsWith(".js"));
if (files.some((file) => file.includes("hls")))
  fail("hls.js must be loaded lazily, as a chunk of its own");
if (!Object.values(manifest).some((chunk) => chunk.isDynamicEntry && chunk.file.includes("hls"))) {
  fail("hls.js has no chunk of its own");
}
const bytes = files.reduce((sum, file) => sum + weight(file), 0);
for (const file of files) console.log(`${String(weight(file)).padStart(7)}  ${file}`);
console.log(`${String(bytes).padStart(7)}  of ${BUDGET_BYTES} bytes, gzip`);
if (bytes > BUDGET_BYTES) fail("The watch page's script is over its budget");

function need(name) {
  if (needed.has(name)) return;
  needed.add(name);
  for (const other of manifest[name].imports ?? []) need(other);
}

function weight(file) {
  return gzipSync(readFileSync(join(BUILD, file)), { level: 9 }).length;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

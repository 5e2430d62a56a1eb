/** English is the key; other languages come from catalogues: what a watch page needs first is loaded before anything is drawn, the rest later. */
import { formatCount, language } from "./format";

type Catalogue = Record<string, string | string[]>;
type Params = Record<string, string | number>;

let catalogue: Catalogue = {};

type Load = () => Promise<{ default: Catalogue }>;

/** `tools/generate_messages.py` divides them by what the watch page imports at once. */
const FIRST: Record<string, Load> = {
  "zh-Hans": () => import("../generated/messages.zh-Hans.json"),
};
const LATER: Record<string, Load> = {
  "zh-Hans": () => import("../generated/later.zh-Hans.json"),
};

/** The words that a watch page needs before its picture. */
export async function loadMessages(lang = language()): Promise<void> {
  await add(FIRST[lang]);
}

/** All words, for pages that need not be that quick. */
export async function loadAllMessages(lang = language()): Promise<void> {
  await Promise.all([add(FIRST[lang]), add(LATER[lang])]);
}

/** A script that comes later, once its words are there too. */
export async function withWords<T>(script: Promise<T>, lang = language()): Promise<T> {
  const [loaded] = await Promise.all([script, add(LATER[lang])]);
  return loaded;
}

async function add(load: Load | undefined): Promise<void> {
  try {
    const words = (await load?.())?.default;
    // Only now: the other part of the words may have come meanwhile.
    catalogue = { ...catalogue, ...words };
  } catch {
    // Better in English than not at all.
  }
}

/** For tests and the demo. */
export function useMessages(messages: Catalogue): void {
  catalogue = messages;
}

export function t(text: string, params: Params = {}): string {
  const found = catalogue[text];
  return filled(typeof found === "string" && found ? found : text, params);
}

/** `{n}` in the words stands for the number, written as the language writes it. */
export function tn(one: string, other: string, n: number, params: Params = {}): string {
  const found = catalogue[one];
  const words = Array.isArray(found) && found.length ? form(found, n) : n === 1 ? one : other;
  return filled(words, { n: formatCount(n), ...params });
}

/** Forms stand in the order of the language's plural categories, as gettext keeps them. */
function form(forms: string[], n: number): string {
  const rules = new Intl.PluralRules(language());
  const order = rules.resolvedOptions().pluralCategories;
  const ranked = ["zero", "one", "two", "few", "many", "other"].filter((c) =>
    (order as string[]).includes(c),
  );
  const at = Math.min(ranked.indexOf(rules.select(n)), forms.length - 1);
  return forms[Math.max(0, at)] ?? "";
}

function filled(words: string, params: Params): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

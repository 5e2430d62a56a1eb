/** English is the key; other languages come from a catalogue that is loaded once, before anything is drawn. */
import { formatCount, language } from "./format";

type Catalogue = Record<string, string | string[]>;
type Params = Record<string, string | number>;

let catalogue: Catalogue = {};

const CATALOGUES: Record<string, () => Promise<{ default: Catalogue }>> = {
  "zh-Hans": () => import("../generated/messages.zh-Hans.json"),
};

export async function loadMessages(lang = language()): Promise<void> {
  try {
    catalogue = (await CATALOGUES[lang]?.())?.default ?? {};
  } catch {
    // Better in English than not at all.
    catalogue = {};
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

/** A list of rows in a form, in their order: added, left out, moved up and down, by mouse or keyboard. */
import { render } from "lit";
import { icon } from "../lib/icons";

const ROWS_MAX = 50;

export function startRows(root: ParentNode = document): void {
  for (const list of root.querySelectorAll<HTMLElement>("[data-rows]")) new Rows(list).start();
  for (const part of root.querySelectorAll<HTMLElement>("[data-shown-with]")) showWith(part);
}

/** A part that is of use only while another field has a value: `data-shown-with="name=value"`. */
function showWith(part: HTMLElement): void {
  const [name, value] = (part.dataset.shownWith ?? "").split("=");
  const field = part.closest("form")?.querySelector<HTMLSelectElement>(`[name="${name}"]`);
  if (!field) return;
  const look = () => {
    part.hidden = field.value !== value;
  };
  field.addEventListener("change", look);
  look();
}

class Rows {
  readonly #list: HTMLElement;
  readonly #told: HTMLElement | null;
  readonly #add: HTMLButtonElement | null;
  /** An empty row, to be copied. */
  readonly #blank: HTMLElement | null;

  constructor(list: HTMLElement) {
    const part = list.parentElement;
    this.#list = list;
    this.#told = part?.querySelector<HTMLElement>("[data-rows-told]") ?? null;
    this.#add = part?.querySelector<HTMLButtonElement>("[data-rows-add]") ?? null;
    this.#blank = (list.lastElementChild?.cloneNode(true) as HTMLElement | undefined) ?? null;
  }

  start(): void {
    const empty = this.#rows().filter((row) => !value(row));
    const kept = empty.length === this.#rows().length ? 1 : 0;
    for (const row of empty.slice(kept)) row.remove();
    for (const row of this.#rows()) this.#equip(row);
    if (!this.#add) return;
    this.#add.hidden = false;
    this.#add.addEventListener("click", () => this.#addRow());
    this.#look();
  }

  #rows(): HTMLElement[] {
    return [...this.#list.children] as HTMLElement[];
  }

  #addRow(): void {
    const row = this.#blank?.cloneNode(true) as HTMLElement | undefined;
    if (!row || this.#rows().length >= ROWS_MAX) return;
    this.#list.append(row);
    this.#equip(row);
    this.#look();
    row.querySelector("select")?.focus();
  }

  #equip(row: HTMLElement): void {
    const words = this.#list.dataset;
    const buttons = document.createElement("span");
    buttons.className = "button-row";
    buttons.append(
      button("up", words.up ?? "", () => this.#move(row, -1)),
      button("down", words.down ?? "", () => this.#move(row, 1)),
      button("close", words.out ?? "", () => this.#leaveOut(row)),
    );
    row.append(buttons);
  }

  #move(row: HTMLElement, by: -1 | 1): void {
    const rows = this.#rows();
    const at = rows.indexOf(row) + by;
    const other = rows[at];
    if (!other) return;
    const focused = document.activeElement as HTMLElement | null;
    if (by < 0) other.before(row);
    else other.after(row);
    this.#look();
    // Moving takes the focus away: whoever presses again means the same row.
    focused?.focus();
    const place = (this.#list.dataset.place ?? "")
      .replace("{n}", String(at + 1))
      .replace("{all}", String(rows.length));
    if (this.#told) this.#told.textContent = place;
  }

  #leaveOut(row: HTMLElement): void {
    const rows = this.#rows();
    const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    row.remove();
    this.#look();
    (next?.querySelector("select") ?? this.#add)?.focus();
  }

  #look(): void {
    if (this.#add) this.#add.disabled = this.#rows().length >= ROWS_MAX;
  }
}

function value(row: HTMLElement): string {
  return row.querySelector("select")?.value ?? "";
}

function button(name: "up" | "down" | "close", label: string, press: () => void): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet small icon";
  made.setAttribute("aria-label", label);
  made.title = label;
  render(icon(name), made);
  made.addEventListener("click", press);
  return made;
}

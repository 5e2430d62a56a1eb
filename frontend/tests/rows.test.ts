import { beforeEach, describe, expect, it } from "vitest";
import { startRows } from "../src/site/rows";

const ROW = `<li><select name="playlist">${["", "a", "b", "c"]
  .map((one) => `<option value="${one}">${one}</option>`)
  .join("")}</select></li>`;

const order = () =>
  [...document.querySelectorAll<HTMLSelectElement>("select[name=playlist]")].map((s) => s.value);

function press(row: number, label: string): void {
  const found = document.querySelectorAll<HTMLElement>("[data-rows] > li")[row];
  const button = found?.querySelector<HTMLButtonElement>(`[aria-label="${label}"]`);
  button?.focus();
  button?.click();
}

describe("a list in its order", () => {
  beforeEach(() => {
    document.body.innerHTML = `<form><select name="source"><option>/</option><option>+</option></select>
      <fieldset data-shown-with="source=+"><ol data-rows data-up="Up" data-down="Down" data-out="Out"
        data-place="Place {n} of {all}">${ROW.repeat(4)}</ol>
      <p data-rows-told></p><button type="button" data-rows-add hidden>Add</button></fieldset></form>`;
    const [first, second] = document.querySelectorAll<HTMLSelectElement>("[name=playlist]");
    if (first && second) [first.value, second.value] = ["a", "b"];
    startRows();
  });

  it("begins with what is chosen, without empty rows", () => {
    expect(order()).toEqual(["a", "b"]);
  });

  it("moves up and down, keeps the focus and says the place", () => {
    press(0, "Down");
    expect(order()).toEqual(["b", "a"]);
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Down");
    expect(document.querySelector("[data-rows-told]")?.textContent).toBe("Place 2 of 2");
    press(1, "Up");
    expect(order()).toEqual(["a", "b"]);
    press(0, "Up");
    expect(order()).toEqual(["a", "b"]);
  });

  it("adds a row at the end and leaves one out", () => {
    document.querySelector<HTMLButtonElement>("[data-rows-add]")?.click();
    expect(order()).toEqual(["a", "b", ""]);
    press(0, "Out");
    expect(order()).toEqual(["b", ""]);
  });

  it("is there only while it is of use", () => {
    const part = document.querySelector<HTMLElement>("fieldset");
    const source = document.querySelector<HTMLSelectElement>("[name=source]");
    expect(part?.hidden).toBe(true);
    if (source) source.value = "+";
    source?.dispatchEvent(new Event("change"));
    expect(part?.hidden).toBe(false);
  });
});

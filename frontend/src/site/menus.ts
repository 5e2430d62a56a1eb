/** Menus are <details>; this closes them on a press outside, on Escape, and when focus leaves. */

/** On phones these are strips to scroll: where one is must be in sight. */
function showWhereOneIs(): void {
  for (const here of document.querySelectorAll(
    ".console-nav [aria-current], .tabs [aria-current]",
  )) {
    const strip = here.closest("ul, nav");
    if (!strip) continue;
    const middle = (box: DOMRect) => box.left + box.width / 2;
    strip.scrollLeft +=
      middle(here.getBoundingClientRect()) - middle(strip.getBoundingClientRect());
  }
}

export function startMenus(): void {
  showWhereOneIs();
  const open = () => document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  });
}

/** Light, dark, or as the system: kept in a cookie so that the server can write it into the page. */

const COOKIE = "theme";
const YEAR_SECONDS = 31_536_000;

export function chosenTheme(cookies: string): "" | "light" | "dark" {
  const found = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(cookies)?.[1];
  return found === "light" || found === "dark" ? found : "";
}

function show(theme: string): void {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
    button.toggleAttribute("aria-current", button.dataset.themeChoice === theme);
    if (button.hasAttribute("aria-current")) button.setAttribute("aria-current", "true");
  }
}

export function startTheme(): void {
  show(chosenTheme(document.cookie));
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-theme-choice]");
    if (!button) return;
    const theme = button.dataset.themeChoice ?? "";
    const age = theme ? YEAR_SECONDS : 0;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is missing in Firefox
    document.cookie = `${COOKIE}=${theme};path=/;max-age=${age};samesite=lax`;
    show(theme);
    button.closest("details")?.removeAttribute("open");
  });
}

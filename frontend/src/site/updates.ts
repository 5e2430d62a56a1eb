/** Forms whose choices change what the page says: a choice is sent at once, and one stays where one was. */
const KEY = "stay-at";

export function startUpdates(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-updates]")) {
    const button = document.getElementById(form.dataset.updates ?? "");
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = true;
    document.addEventListener("change", (event) => {
      const chosen = event.target;
      if (!(chosen instanceof HTMLInputElement) || chosen.form !== form) return;
      if (chosen.type !== "radio" && chosen.type !== "checkbox") return;
      sessionStorage.setItem(KEY, `${location.pathname} ${window.scrollY}`);
      form.requestSubmit(button);
    });
  }
  stay();
}

function stay(): void {
  const [path, at] = (sessionStorage.getItem(KEY) ?? "").split(" ");
  sessionStorage.removeItem(KEY);
  if (path === location.pathname) window.scrollTo(0, Number(at));
}

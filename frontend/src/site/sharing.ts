/** The buttons of a share page: the device's own sheet, the clipboard, and the poster as a picture. */
import { csrfToken } from "../lib/http";
import { savePoster } from "../lib/poster";

/**
 * Who came by a friend's link (`?by=`) and is signed in has arrived; then the address is the plain
 * one again, so that nobody hands on another's code by copying it.
 */
export async function tellArrival(): Promise<void> {
  const address = new URL(location.href);
  const code = address.searchParams.get("by");
  if (!code || !document.querySelector('form[action="/sign-out"]')) return;
  address.searchParams.delete("by");
  history.replaceState(history.state, "", address);
  await fetch(`/i/${encodeURIComponent(code)}/arrive`, {
    method: "POST",
    headers: { "X-CSRF-Token": csrfToken() },
  }).catch(() => undefined);
}

export function startSharing(root: ParentNode = document): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    button.hidden = !("share" in navigator);
    button.addEventListener("click", () => {
      const { share: url = "", shareTitle: title = "" } = button.dataset;
      // Who closes the sheet has changed their mind: nothing is wrong.
      void navigator.share({ url, title }).catch(() => undefined);
    });
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => void copy(button));
  }
  for (const link of root.querySelectorAll<HTMLAnchorElement>("[data-poster]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void savePoster(link.href);
    });
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  button.textContent = button.dataset.copied ?? "";
}

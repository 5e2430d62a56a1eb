/** Native dialogs opened by `data-dialog`, and a question before forms marked with `data-confirm`. */

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog ?? "");
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
      return;
    }
    const dialog = target.closest("dialog");
    // A press on the backdrop hits the dialog element itself, never its body.
    if (dialog && (target === dialog || target.closest("[data-dialog-close]"))) dialog.close();
  });
  document.addEventListener("submit", (event) => {
    const question = (event.target as HTMLElement).dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}

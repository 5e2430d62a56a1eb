/** Buttons that ask the browser where somebody is, and tell it no more exactly than they need. */

const ASK_MS_MAX = 15_000;

/** So many digits of a degree, and no more leaves the browser: one is about ten kilometres. */
export function rounded(degrees: number, digits: number): string {
  return degrees.toFixed(digits);
}

export function startSpots(root: ParentNode = document): void {
  if (!("geolocation" in navigator)) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-spot-digits]")) {
    const part = button.closest<HTMLElement>("[data-spot]");
    if (!part) continue;
    part.hidden = false;
    button.hidden = false;
    button.addEventListener("click", () => ask(button, part));
  }
}

function ask(button: HTMLButtonElement, part: HTMLElement): void {
  const digits = Number(button.dataset.spotDigits);
  const put = (name: string, text: string) => {
    const field = part.querySelector<HTMLInputElement>(`[name="${name}"]`);
    if (field) field.value = text;
  };
  const done = () => {
    button.disabled = false;
    if (part instanceof HTMLFormElement) part.requestSubmit();
  };
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      put("latitude", rounded(coords.latitude, digits));
      put("longitude", rounded(coords.longitude, digits));
      done();
    },
    // Without an answer the form goes as it is, and the page says what is the matter.
    done,
    { maximumAge: 600_000, timeout: ASK_MS_MAX },
  );
}

/** Loads htmx only on pages that use it, and gives its requests the CSRF token. */
import { csrfToken } from "../lib/http";
import { startTimes } from "./times";

const USED = "[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-boost]";

export function startHtmxWhereUsed(): void {
  if (!document.querySelector(USED)) return;
  document.addEventListener("htmx:config:request", (event) => {
    const request = (event as CustomEvent<HtmxRequest>).detail.ctx.request;
    request.headers["X-CSRF-Token"] = csrfToken();
  });
  document.addEventListener("htmx:after:swap", () => startTimes());
  void import("htmx.org");
}

interface HtmxRequest {
  ctx: { request: { headers: Record<string, string> } };
}

/** A draw's public page: words first, then the element that checks it. */
import { LhDrawCheck } from "../components/draw-check";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  customElements.define("lh-draw-check", LhDrawCheck);
});

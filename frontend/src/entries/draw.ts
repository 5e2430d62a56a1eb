/** A draw's public page: words first, then the element that checks it. */
import { LhDrawCheck } from "../components/draw-check";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => {
  customElements.define("lh-draw-check", LhDrawCheck);
});

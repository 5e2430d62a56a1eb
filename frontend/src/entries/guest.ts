/** The script of a guest's page: words first, then the elements. */
import { LhCamera } from "../components/camera";
import { LhGuest } from "../components/guest";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => {
  customElements.define("lh-camera", LhCamera);
  customElements.define("lh-guest", LhGuest);
});

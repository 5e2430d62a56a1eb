/** The script of the remote control: a watch page whose picture is on a TV. */
import { LhChat } from "../components/chat";
import { LhPin } from "../components/pin";
import { LhRemote } from "../components/remote";
import { LhWatch } from "../components/watch";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => {
  customElements.define("lh-chat", LhChat);
  customElements.define("lh-pin", LhPin);
  customElements.define("lh-watch", LhWatch);
  customElements.define("lh-remote", LhRemote);
});

/** The watch page's script: words first, then the elements; the others come after the picture. */
import { LhChat } from "../components/chat";
import { LhPin } from "../components/pin";
import { LhPlayer } from "../components/player";
import { LhWatch } from "../components/watch";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  customElements.define("lh-chat", LhChat);
  customElements.define("lh-pin", LhPin);
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-watch", LhWatch);
});

/** The watch page's script: words first, then the elements. */
import { LhBag } from "../components/bag";
import { LhBuy } from "../components/buy";
import { LhChat } from "../components/chat";
import { LhHearts } from "../components/hearts";
import { LhPin } from "../components/pin";
import { LhPlayer } from "../components/player";
import { LhProgramme } from "../components/programme";
import { LhRooms } from "../components/rooms";
import { LhToasts } from "../components/toasts";
import { LhWatch } from "../components/watch";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  customElements.define("lh-bag", LhBag);
  customElements.define("lh-buy", LhBuy);
  customElements.define("lh-chat", LhChat);
  customElements.define("lh-hearts", LhHearts);
  customElements.define("lh-pin", LhPin);
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-programme", LhProgramme);
  customElements.define("lh-toasts", LhToasts);
  customElements.define("lh-watch", LhWatch);
  customElements.define("lh-rooms", LhRooms);
});

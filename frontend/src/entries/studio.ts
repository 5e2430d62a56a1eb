/** The studio's script: words first, then the elements. */
import { LhChannels } from "../components/channels";
import { LhChat } from "../components/chat";
import { LhPlayer } from "../components/player";
import { LhRunningOrder } from "../components/running-order";
import { LhStudio } from "../components/studio";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  customElements.define("lh-channels", LhChannels);
  customElements.define("lh-chat", LhChat);
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-running-order", LhRunningOrder);
  customElements.define("lh-studio", LhStudio);
});

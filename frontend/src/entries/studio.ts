/** The studio's script: words first, then the elements. */
import { LhChat } from "../components/chat";
import { LhPlayer } from "../components/player";
import { LhStudio } from "../components/studio";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  customElements.define("lh-chat", LhChat);
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-studio", LhStudio);
});

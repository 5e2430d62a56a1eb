/** The script of a TV's page: words first, then the elements. */
import { LhPlayer } from "../components/player";
import { LhTv } from "../components/tv";
import { LhTvRoom } from "../components/tv-room";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => {
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-tv-room", LhTvRoom);
  customElements.define("lh-tv", LhTv);
});

/** The script of a recording's page in the console. */
import { LhClip } from "../components/clip";
import { LhSeekBar } from "../components/seek-bar";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  if (!customElements.get("lh-seek-bar")) customElements.define("lh-seek-bar", LhSeekBar);
  customElements.define("lh-clip", LhClip);
});

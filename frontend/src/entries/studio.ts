/** The script of the studio and of recordings in the console: words first, then the elements. */
import { LhCamera } from "../components/camera";
import { LhChannels } from "../components/channels";
import { LhChat } from "../components/chat";
import { LhClip } from "../components/clip";
import { LhMonitor } from "../components/monitor";
import { LhPlayer } from "../components/player";
import { LhRunningOrder } from "../components/running-order";
import { LhSeekBar } from "../components/seek-bar";
import { LhSource } from "../components/source";
import { LhStudio } from "../components/studio";
import { LhStudioDrops } from "../components/studio-drops";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => {
  customElements.define("lh-camera", LhCamera);
  customElements.define("lh-channels", LhChannels);
  customElements.define("lh-chat", LhChat);
  customElements.define("lh-clip", LhClip);
  customElements.define("lh-monitor", LhMonitor);
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-running-order", LhRunningOrder);
  customElements.define("lh-seek-bar", LhSeekBar);
  customElements.define("lh-source", LhSource);
  customElements.define("lh-studio", LhStudio);
  customElements.define("lh-studio-drops", LhStudioDrops);
});

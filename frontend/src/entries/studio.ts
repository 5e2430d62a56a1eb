<<<<<<< HEAD
/** The studio's script: words first, then the elements. */
import { LhCamera } from "../components/camera";
import { LhChat } from "../components/chat";
import { LhMonitor } from "../components/monitor";
=======
/** The script of the studio and of recordings in the console: words first, then the elements. */
import { LhChat } from "../components/chat";
import { LhClip } from "../components/clip";
>>>>>>> a0adc35 (recordings: the clip's element comes with the studio's script)
import { LhPlayer } from "../components/player";
import { LhRunningOrder } from "../components/running-order";
import { LhStudio } from "../components/studio";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => {
  customElements.define("lh-camera", LhCamera);
  customElements.define("lh-chat", LhChat);
<<<<<<< HEAD
  customElements.define("lh-monitor", LhMonitor);
=======
  customElements.define("lh-clip", LhClip);
>>>>>>> a0adc35 (recordings: the clip's element comes with the studio's script)
  customElements.define("lh-player", LhPlayer);
  customElements.define("lh-running-order", LhRunningOrder);
  customElements.define("lh-studio", LhStudio);
});

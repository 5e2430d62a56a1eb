/** What every page loads: the styles, theme choice, menus, dialogs, questions before danger, and htmx where used. */
import "../styles/index.css";
import { startClocks, startCountdowns } from "../site/countdowns";
import { startDialogs } from "../site/dialogs";
import { startHtmxWhereUsed } from "../site/htmx";
import { startMenus } from "../site/menus";
import { startPictures } from "../site/pictures";
import { startPrinting } from "../site/printing";
import { startSharing, tellArrival } from "../site/sharing";
import { startSpots } from "../site/spots";
import { startTheme } from "../site/theme";
import { startTimes, tellZone } from "../site/times";
import { startUpdates } from "../site/updates";

startTheme();
startMenus();
startDialogs();
startTimes();
tellZone();
startCountdowns();
startClocks();
startPictures();
startPrinting();
startUpdates();
startSharing();
startSpots();
void tellArrival();
startHtmxWhereUsed();

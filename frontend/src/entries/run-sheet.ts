/** The script of the page where a run-sheet is written: words first, then the element. */
import { LhRunSheet } from "../components/run-sheet";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => customElements.define("lh-run-sheet", LhRunSheet));

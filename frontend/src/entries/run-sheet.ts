/** The script of the page where a run-sheet is written: words first, then the element. */
import { LhRunSheet } from "../components/run-sheet";
import { loadMessages } from "../lib/text";

void loadMessages().then(() => customElements.define("lh-run-sheet", LhRunSheet));

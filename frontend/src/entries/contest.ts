/** The page of a star battle over days: words first, then the element that votes. */
import { LhContest } from "../components/contest";
import { loadAllMessages } from "../lib/text";

void loadAllMessages().then(() => customElements.define("lh-contest", LhContest));

/** The script of the pages where films are uploaded and put in order. */
import { LhFilmUpload } from "../components/film-upload";
import { loadAllMessages } from "../lib/text";
import { startRows } from "../site/rows";

startRows();
void loadAllMessages().then(() => customElements.define("lh-film-upload", LhFilmUpload));

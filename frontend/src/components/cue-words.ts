/** What cues are called. */
import type { Cue, CueKind } from "../generated/wire";
import { t } from "../lib/text";

export function kindWords(kind: CueKind): string {
  switch (kind) {
    case "pin":
      return t("Pin an offer");
    case "open":
      return t("Open an offer");
    case "draw":
      return t("Start a draw");
    case "invite":
      return t("Invite to another room");
    case "slate":
      return t("Words before the picture");
    case "note":
      return t("Note to the host");
  }
}

export function cueWords(cue: Cue): string {
  return cue.text ? `${kindWords(cue.kind)}: ${cue.text}` : kindWords(cue.kind);
}

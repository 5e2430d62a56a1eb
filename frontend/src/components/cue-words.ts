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

/** Why a cue was refused, as a host reads it in passing. */
export function refusedWords(code: string): string {
  switch (code) {
    case "cue_lost":
    case "unknown_offer":
      return t("What it names is not there.");
    case "cue_elsewhere":
      return t("What it names belongs to a show that does not stand beside this one.");
    case "companion_not_on":
      return t("The other room is not on air with this show.");
    case "cue_incomplete":
      return t("It does not say what it is about.");
    case "terms_frozen":
      return t("The draw has begun already.");
    default:
      return t("Refused: {code}", { code });
  }
}

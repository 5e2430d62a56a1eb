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
    case "vote":
      return t("Begin a battle or a poll");
    case "quiz":
      return t("Ask a quiz question");
    case "packets":
      return t("Let red packets fall");
    case "drop":
      return t("Let coupons fall");
    case "questions":
      return t("Take questions");
    case "invite":
      return t("Invite to another room");
    case "slate":
      return t("Words before the picture");
    case "note":
      return t("Note to the host");
  }
}

/** What a cue does, and with what: its words, or the name of the thing. */
export function cueWords(cue: Cue, name = ""): string {
  const more = [name, cue.text].filter(Boolean).join(" · ");
  return more ? `${kindWords(cue.kind)}: ${more}` : kindWords(cue.kind);
}

/** Why a cue was refused, as a host reads it in passing. */
export function refusedWords(code: string): string {
  switch (code) {
    case "cue_lost":
    case "unknown_offer":
    case "unknown_coupon":
    case "not_found":
      return t("What it names is not there.");
    case "cue_elsewhere":
      return t("What it names belongs to a show that does not stand beside this one.");
    case "companion_not_on":
      return t("The other room is not on air with this show.");
    case "cue_incomplete":
      return t("It does not say what it is about.");
    case "terms_frozen":
      return t("The draw has begun already.");
    case "already_held":
    case "quiz_started":
      return t("It was held already.");
    case "quiz_going_on":
    case "draw_going_on":
      return t("Another one is going on.");
    case "coupon_not_valid":
      return t("The coupon is not valid now.");
    default:
      return t("Refused: {code}", { code });
  }
}

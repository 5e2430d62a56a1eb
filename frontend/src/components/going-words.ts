/** What goes on in a room, by name. */
import { t } from "../lib/text";
import type { Kind } from "../live/going-on";

export function goingWords(kind: Kind): string {
  switch (kind) {
    case "packets":
      return t("Red packets");
    case "drop":
      return t("Coupon");
    case "quiz":
      return t("Quiz");
    case "applause":
      return t("Applause");
    case "draw":
      return t("Draw");
    case "battle":
      return t("Battle");
    case "questions":
      return t("Questions");
  }
}

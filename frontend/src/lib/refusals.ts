/** What to say when something was not done. */
import { Refused } from "./http";
import { t } from "./text";

/** The house's reason in its own words, or that nothing came of it. */
export function whyNot(error: unknown): string {
  const told = error instanceof Refused ? error.message : "";
  return told || t("That did not get through. Try again.");
}

import { describe, expect, it } from "vitest";
import type { Said } from "../src/generated/wire";
import { answered, heard, LINES_MAX, purchases, retracted, sending } from "../src/live/chat-log";

const said = (id: string, text = "hello"): Said => [id, "u1", "Ann", text, "viewer"];
const mine = { id: "c1", author: "u1", name: "Ann", text: "hello", role: "viewer" };

describe("the chat", () => {
  it("keeps a bounded number of lines, the newest", () => {
    const lines = heard(
      [],
      Array.from({ length: 500 }, (_, i) => said(`c${i}`)),
    );
    expect(lines).toHaveLength(LINES_MAX);
    expect(lines.at(-1)?.id).toBe("c499");
  });

  it("shows an own line once, when it comes back from the room", () => {
    const lines = heard(sending([], mine), [said("c1")]);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.state).toBe("shown");
  });

  it("does not mark a line as failed that the room has shown", () => {
    const lines = answered(heard(sending([], mine), [said("c1")]), "c1", "failed", "late");
    expect(lines[0]?.state).toBe("shown");
  });

  it("keeps a refused line with its reason, and sends it again under the same id", () => {
    const refused = answered(sending([], mine), "c1", "failed", "Slow down.");
    expect(refused[0]).toMatchObject({ state: "failed", reason: "Slow down." });
    expect(sending(refused, mine)).toHaveLength(1);
  });

  it("takes back what a moderator removed", () => {
    expect(retracted(heard([], [said("c1"), said("c2")]), ["c1"]).map((l) => l.id)).toEqual(["c2"]);
  });

  it("tells purchases from lines and ignores kinds it does not know", () => {
    const says: Said[] = [["p1", "A***", "offer", 2], said("c1"), ["x9", true, 3], [], [5]];
    expect(purchases(says)).toEqual([{ id: "p1", name: "A***", offerId: "offer", quantity: 2 }]);
    expect(heard([], says)).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import type { VoteCounted } from "../src/generated/wire";
import { HttpBallots } from "../src/live/contest";

interface Asked {
  body: { contestant: number; given: number };
  answer: (counted: { votes: number; left: number }) => void;
  refuse: (error: Error) => void;
}

function ballots() {
  const asked: Asked[] = [];
  const counted: VoteCounted[] = [];
  const refused: unknown[] = [];
  const voting = new HttpBallots(
    true,
    (_, body) =>
      new Promise((answer, refuse) => {
        asked.push({ body: body as Asked["body"], answer, refuse });
      }),
    (answer) => counted.push(answer),
    (error) => refused.push(error),
  );
  return { voting, asked, counted, refused };
}

const settled = () => new Promise((done) => setTimeout(done));

describe("votes outside of rooms", () => {
  it("say the sum of all taps, one question at a time", async () => {
    const { voting, asked, counted } = ballots();
    for (const given of [1, 2, 3]) voting.vote("b", 0, given);
    expect(asked.map((one) => one.body.given)).toEqual([1]);
    asked[0]?.answer({ votes: 1, left: 9 });
    await settled();
    expect(asked.map((one) => one.body.given)).toEqual([1, 3]);
    asked[1]?.answer({ votes: 3, left: 7 });
    await settled();
    expect(counted.map((one) => one.votes)).toEqual([1, 3]);
    expect(asked).toHaveLength(2);
  });

  it("are told as refused, and the next tap asks anew", async () => {
    const { voting, asked, refused } = ballots();
    voting.vote("b", 0, 1);
    asked[0]?.refuse(new Error("no"));
    await settled();
    expect(refused).toHaveLength(1);
    voting.vote("b", 0, 1);
    expect(asked).toHaveLength(2);
  });
});

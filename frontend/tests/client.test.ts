import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Drawn, Frame } from "../src/generated/wire";
import { Refused } from "../src/lib/http";
import { stateHash } from "../src/live/canonical";
import { RoomClient } from "../src/live/client";
import { FakeSocket } from "./sockets";

const STATE = {
  show: { title: "Mugs", state: "live", simulated: false, kind: "live" },
  stage: { pin: "" },
  offers: {},
  counts: { viewers: 1, likes: 0, orders: 0 },
};
const keyframe = (n: number, state = STATE): Frame => ({
  n,
  epoch: 1,
  at: n * 250,
  state,
  hash: stateHash(state),
});

let sockets: FakeSocket[];
let ticket: () => Promise<string>;
let client: RoomClient;

const socket = () => sockets.at(-1) as FakeSocket;
const settle = () => vi.advanceTimersByTimeAsync(0);

function welcome(): void {
  socket().onopen?.();
  socket().hear({
    type: "welcome",
    you: { id: "u1", name: "Ann", role: "viewer", signed_in: true },
    server_ms: Date.now() + 60_000,
    tick_ms: 250,
    epoch: 1,
    resume: "",
    scatter_ms: 1_000,
  });
}

async function arrive(): Promise<void> {
  client.start();
  await settle();
  welcome();
  socket().hear(keyframe(8));
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  ticket = async () => "ticket";
  client = new RoomClient({
    ticket: () => ticket(),
    connect: () => {
      sockets.push(new FakeSocket());
      return socket();
    },
    random: () => 0,
  });
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe("joining", () => {
  it("shows the room after ticket, welcome and keyframe", async () => {
    await arrive();
    expect(socket().sent[0]).toEqual({ type: "join", ticket: "ticket" });
    expect(client.view).toMatchObject({ connection: "live", state: STATE, you: { name: "Ann" } });
    expect(client.clock.now() - Date.now()).toBe(60_000);
  });

  it("is refused when there is no such run, and does not try again", async () => {
    ticket = () => Promise.reject(new Refused("run_not_found", "", 404));
    client.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.view).toMatchObject({ connection: "refused", refusal: "no_such_run" });
    expect(sockets).toHaveLength(0);
  });

  it("tries again when the ticket office does not answer", async () => {
    ticket = () => Promise.reject(new TypeError("network"));
    client.start();
    await settle();
    ticket = async () => "later";
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets).toHaveLength(1);
  });
});

describe("coming back", () => {
  it("resumes after the last frame it has", async () => {
    await arrive();
    socket().break(1006);
    expect(client.view.connection).toBe("resuming");
    await vi.advanceTimersByTimeAsync(1_000);
    welcome();
    expect(socket().sent[0]).toEqual({ type: "join", ticket: "ticket", since: 8 });
    expect(client.view.connection).toBe("live");
  });

  it("asks for what it missed when a frame is missing", async () => {
    await arrive();
    socket().hear({ n: 10, epoch: 1, at: 0, patch: {} });
    expect(socket().closed).toBe(4900);
    await vi.advanceTimersByTimeAsync(1_000);
    socket().onopen?.();
    expect(socket().sent[0]).toMatchObject({ since: 8 });
    expect(client.view.resyncs).toBe(1);
  });

  it("starts over when its copy differs", async () => {
    await arrive();
    socket().hear({
      n: 9,
      epoch: 1,
      at: 0,
      patch: { counts: { viewers: 2 } },
      hash: "0".repeat(16),
    });
    await vi.advanceTimersByTimeAsync(1_000);
    socket().onopen?.();
    expect(socket().sent[0]).not.toHaveProperty("since");
    welcome();
    socket().hear(keyframe(9));
    expect(client.view).toMatchObject({ connection: "live", resyncs: 1 });
  });

  it("stops when the run is over", async () => {
    await arrive();
    socket().break(4006);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(client.view.connection).toBe("ended");
    expect(sockets).toHaveLength(1);
  });

  it("notices a line that died without a word", async () => {
    await arrive();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it("keeps a quiet line that answers", async () => {
    await arrive();
    for (let i = 0; i < 60; i++) {
      const pings = socket().asked("ping").length;
      await vi.advanceTimersByTimeAsync(1_000);
      if (socket().asked("ping").length > pings) {
        socket().hear({ type: "pong", server_ms: Date.now() + 60_000 });
      }
    }
    expect(sockets).toHaveLength(1);
  });
});

describe("asking", () => {
  it("answers the one who asked", async () => {
    await arrive();
    const bought = client.buy("offer", 1, "id-1");
    socket().hear({
      type: "orders.bought",
      id: "id-1",
      offer_id: "o1",
      state: "placed",
      total_minor: 1999,
      currency: "EUR",
      pay_by: 5,
      needs_address: false,
    });
    await expect(bought).resolves.toMatchObject({ state: "placed", total_minor: 1999 });
  });

  it("says that an order is asked for first, but never when it asks again", async () => {
    await arrive();
    void client.buy("offer", 1).catch(() => undefined);
    const [asked] = socket().asked("orders.buy");
    expect(asked).toMatchObject({ offer_id: "offer", first: true });
    socket().break(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    welcome();
    const [again] = socket().asked("orders.buy");
    expect(again).toMatchObject({ id: asked?.id });
    expect(again).not.toHaveProperty("first");
  });

  it("sends an unanswered order again with the same id after a reconnect", async () => {
    await arrive();
    const bought = client.buy("offer", 1, "id-1");
    socket().break(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    welcome();
    expect(socket().asked("orders.buy")).toEqual([
      { type: "orders.buy", id: "id-1", offer_id: "offer", quantity: 1 },
    ]);
    socket().hear({ type: "refused", id: "id-1", code: "sold_out", message: "Sold out." });
    await expect(bought).rejects.toMatchObject({ code: "sold_out", message: "Sold out." });
  });

  it("takes part once, and tells the result whenever it comes", async () => {
    await arrive();
    const heard: Drawn[] = [];
    client.listen({ drawn: (drawn) => heard.push(drawn) });
    const entering = client.enter("o1", "ab", "id-1");
    socket().break(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    welcome();
    expect(socket().asked("orders.enter")).toEqual([
      { type: "orders.enter", id: "id-1", offer_id: "o1", nonce: "ab", quantity: 1 },
    ]);
    const entry = { order_id: "id-1", offer_id: "o1", opening_id: "x", entrant: "e", nonce: "ab" };
    socket().hear({ type: "orders.entered", id: "id-1", ...entry });
    await expect(entering).resolves.toMatchObject({ entrant: "e" });
    const drawn: Drawn = {
      type: "orders.drawn",
      id: "id-1",
      offer_id: "o1",
      opening_id: "x",
      outcome: "placed",
      position: 1,
      entrants: 2,
      total_minor: 1999,
      currency: "EUR",
      pay_by: 5,
      needs_address: false,
    };
    socket().hear(drawn);
    expect(heard).toEqual([drawn]);
  });

  it("gives up after a deadline", async () => {
    await arrive();
    const said = expect(client.say("hello")).rejects.toMatchObject({ code: "timeout" });
    await vi.advanceTimersByTimeAsync(16_000);
    await said;
  });

  it("sends hearts as sums", async () => {
    await arrive();
    for (let i = 0; i < 7; i++) client.like();
    await vi.advanceTimersByTimeAsync(500);
    expect(socket().asked("room.like")).toEqual([{ type: "room.like", count: 7 }]);
  });

  it("does not repeat what the server could not read", async () => {
    await arrive();
    const said = expect(client.say("bad")).rejects.toMatchObject({ code: "invalid" });
    socket().break(4000);
    await said;
  });
});

describe("in step with the picture", () => {
  it("holds back the pin alone", async () => {
    await arrive();
    client.pictureAt(1_000);
    socket().hear({
      n: 9,
      epoch: 1,
      at: 9_000,
      patch: { stage: { pin: "mug" }, counts: { viewers: 7 } },
    });
    expect(client.view.state).toMatchObject({ stage: { pin: "" }, counts: { viewers: 7 } });
    client.pictureAt(9_000);
    expect(client.view.state).toMatchObject({ stage: { pin: "mug" } });
  });
});

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame, Said } from "../src/generated/wire";
import { Refused } from "../src/lib/http";
import { stateHash } from "../src/live/canonical";
import { RoomClient } from "../src/live/client";
import { document, framesOf } from "./documents";
import { HttpRoom } from "./http-room";
import { FakeSocket } from "./sockets";

const START_MS = 1_795_420_800_000;
const YOU = { id: "u1", name: "Ann", role: "viewer" as const, signed_in: true };

let sockets: FakeSocket[];
let room: HttpRoom;
let client: RoomClient;
let tickets: number;
let heard: Said[];
let conductor: ReturnType<typeof setInterval>;

const socket = () => sockets.at(-1) as FakeSocket;
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const posts = (type: string) =>
  room.posted.flatMap(({ commands }) => commands).filter((command) => command.type === type);

/** One frame every quarter of a second, as the conductor makes them, to whoever listens by socket. */
function conduct(): void {
  const n = room.log.length + 1;
  const state = { show: { state: "live" }, stage: { pin: "" }, counts: { viewers: n } };
  const says: Said[] = n % 4 ? [] : [[`c${n}`, "u2", "Bo", `line ${n}`, "viewer"]];
  const known = room.log.length > 0;
  const frame: Frame = {
    n,
    epoch: 1,
    at: Date.now(),
    ...(known ? { patch: { counts: { viewers: n } } } : { state }),
    ...(says.length ? { says } : {}),
    hash: stateHash(state),
  };
  room.log.push(frame);
  for (const one of sockets) if (one.isIn) one.hear(frame);
}

function letIn(since: number): void {
  socket().onopen?.();
  socket().hear({
    type: "welcome",
    you: YOU,
    server_ms: Date.now(),
    tick_ms: 250,
    epoch: 1,
    resume: "",
    scatter_ms: 0,
  });
  for (const frame of room.log.slice(since)) socket().hear(frame);
  socket().isIn = true;
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  sockets = [];
  heard = [];
  tickets = 0;
  room = new HttpRoom([]);
  client = new RoomClient({
    ticket: async () => `ticket ${++tickets}`,
    connect: () => {
      sockets.push(new FakeSocket());
      return socket();
    },
    http: room,
    random: () => 0,
  });
  client.listen({ said: (says) => heard.push(...says) });
  conduct();
  conductor = setInterval(conduct, 250);
});

afterEach(() => {
  client.stop();
  clearInterval(conductor);
  vi.useRealTimers();
});

async function refused(times = 2): Promise<void> {
  client.start();
  for (let i = 0; i < times; i++) {
    await later(500);
    socket().break(1006);
  }
}

const shown = () => client.view.state as unknown as { counts: { viewers: number } } | null;

describe("a viewer whose socket is refused", () => {
  it("follows by HTTP after the second refusal, two requests from cold", async () => {
    await refused();
    await later(50);
    expect(client.view).toMatchObject({ connection: "live", carrier: "segments" });
    expect(room.asked).toHaveLength(2);
    expect(room.asked[0]).toBe("latest.json");
    await later(10_000);
    expect(shown()?.counts.viewers).toBeGreaterThan(30);
    expect(client.view.resyncs).toBe(0);
  });

  it("hears the same lines, with their names", async () => {
    await refused();
    await later(10_000);
    expect(heard.length).toBeGreaterThan(5);
    expect(heard).toEqual(
      room.log
        .flatMap((frame) => frame.says ?? [])
        .filter(([id]) => heard.some(([other]) => other === id)),
    );
    expect(heard[0]).toMatchObject([expect.any(String), "u2", "Bo", expect.any(String), "viewer"]);
  });

  it("asks for each segment once, and goes on asking when one does not come", async () => {
    await refused();
    await later(5_000);
    room.isDown = true;
    await later(5_000);
    expect(client.view.connection).toBe("resuming");
    room.isDown = false;
    await later(30_000);
    expect(client.view).toMatchObject({ connection: "live", carrier: "segments" });
    expect(shown()?.counts.viewers).toBeGreaterThan(room.log.length - 20);
  });

  it("goes back to the socket without a gap once it can", async () => {
    await refused();
    await later(40_000);
    const tried = sockets.length;
    while (sockets.length === tried) await later(250);
    const n = shown()?.counts.viewers ?? 0;
    const before = heard.map(([id]) => id);
    letIn(n);
    expect(socket().sent[0]).toMatchObject({ type: "join", since: n });
    expect(client.view).toMatchObject({ connection: "live", carrier: "socket" });
    const asked = room.asked.length;
    await later(10_000);
    expect(room.asked.length).toBe(asked);
    expect(client.view.resyncs).toBe(0);
    const fresh = room.log.flatMap((frame) => frame.says ?? []).map(([id]) => id);
    expect(heard.map(([id]) => id)).toEqual([
      ...before,
      ...fresh.slice(fresh.indexOf(before.at(-1) ?? "") + 1),
    ]);
  });

  it("does not wait for a socket that neither opens nor closes", async () => {
    client.start();
    await later(4_000);
    expect(client.view).toMatchObject({ connection: "live", carrier: "segments" });
  });

  it("goes to HTTP at once when a full node says so, and stays until it was told to come", async () => {
    client.start();
    await later(0);
    socket().break(4007, '{"carrier": "http", "retry_ms": 30000}');
    await later(100);
    expect(client.view.carrier).toBe("segments");
    await later(29_000);
    expect(sockets).toHaveLength(1);
    await later(2_000);
    expect(sockets).toHaveLength(2);
  });

  it("starts over from now after a sleep", async () => {
    await refused();
    await later(5_000);
    vi.setSystemTime(Date.now() + 600_000);
    await later(8_000);
    expect(room.asked.filter((path) => path === "latest.json")).toHaveLength(2);
    expect(shown()?.counts.viewers).toBeGreaterThan(room.log.length - 20);
  });

  it("takes a segment that was written anew from where the index says it is", async () => {
    await refused();
    await later(100);
    const segment = Number(room.asked.at(-1)?.split(".")[0]) + 1;
    room.revisions = { [segment]: 1 };
    await later(6_000);
    expect(room.asked).toContain(`${segment}.json`);
    expect(room.asked).toContain("index.json");
    expect(room.asked).toContain(`${segment}.1.json`);
    expect(client.view.resyncs).toBe(0);
    expect(shown()?.counts.viewers).toBeGreaterThan(room.log.length - 20);
  });

  it("is not led astray by a network that answers with a page of its own", async () => {
    await refused();
    await later(5_000);
    room.pretender = "<html>Please sign in to the Wi-Fi</html>";
    await later(5_000);
    expect(client.view.connection).toBe("resuming");
    room.pretender = undefined;
    await later(30_000);
    expect(client.view).toMatchObject({ connection: "live", carrier: "segments" });
    expect(shown()?.counts.viewers).toBeGreaterThan(room.log.length - 20);
  });

  it("knows from the index that the run is over", async () => {
    await refused();
    await later(5_000);
    clearInterval(conductor);
    room.isOver = true;
    await later(10_000);
    expect(client.view.connection).toBe("ended");
  });
});

describe("a viewer on HTTP", () => {
  it("is there, and learns the time", async () => {
    await refused();
    await later(100);
    expect(room.posted[0]).toEqual({ ticket: "ticket 1", commands: [] });
    await later(40_000);
    expect(room.posted.length).toBe(3);
  });

  it("says and buys, together in one request, and each is answered", async () => {
    await refused();
    await later(1_000);
    room.answer = (commands) => ({
      answers: commands.flatMap((one) =>
        one.type === "chat.say" ? [{ type: "chat.said" as const, id: one.id, shown: true }] : [],
      ),
    });
    const before = room.posted.length;
    const said = [client.say("one"), client.say("two")];
    client.like();
    await later(500);
    expect(await Promise.all(said)).toMatchObject([{ shown: true }, { shown: true }]);
    expect(room.posted.length).toBe(before + 1);
    expect(posts("room.like")).toEqual([{ type: "room.like", count: 1 }]);
  });

  it("sends a request again with the same id until it is answered, and hearts only once", async () => {
    await refused();
    await later(1_000);
    room.isDown = true;
    const said = client.say("hello", "id-1");
    client.like(3);
    await later(1_500);
    room.isDown = false;
    room.answer = () => ({ answers: [{ type: "chat.said", id: "id-1", shown: true }] });
    await later(5_000);
    await expect(said).resolves.toMatchObject({ id: "id-1" });
    expect(posts("chat.say")).toEqual([{ type: "chat.say", id: "id-1", text: "hello" }]);
    expect(posts("room.like")).toEqual([]);
  });

  it("asks once more when an answer is missing, and is answered late", async () => {
    await refused();
    await later(1_000);
    let posts = 0;
    room.answer = (commands) => {
      posts += commands.length;
      const late = { type: "chat.said" as const, id: "id-1", shown: true };
      return { answers: posts < 2 ? [] : [late] };
    };
    const said = client.say("hello", "id-1");
    await later(2_000);
    await expect(said).resolves.toMatchObject({ id: "id-1" });
    expect(posts).toBe(2);
  });

  it("learns who it is from the first answer, and keeps the pass in it", async () => {
    room.answer = () => ({
      answers: [
        {
          type: "welcome",
          you: YOU,
          server_ms: Date.now(),
          tick_ms: 250,
          epoch: 1,
          resume: "pass",
          scatter_ms: 0,
        },
      ],
    });
    await refused();
    await later(500);
    expect(client.view.you).toEqual(YOU);
    await later(40_000);
    expect(room.posted.map(({ ticket }) => ticket)).toEqual(["ticket 1", "pass", "pass"]);
  });

  it("asks for a new ticket when the old one is refused", async () => {
    await refused();
    await later(1_000);
    room.answer = () => new Refused("bad_ticket", "", 401);
    const said = client.say("hello", "id-1");
    await later(600);
    room.answer = () => ({ answers: [{ type: "chat.said", id: "id-1", shown: true }] });
    await later(2_000);
    await expect(said).resolves.toMatchObject({ shown: true });
    expect(room.posted.at(-1)?.ticket).toBe("ticket 2");
  });

  it("tells whoever asked when the server could not read it", async () => {
    await refused();
    await later(1_000);
    room.answer = () => new Refused("invalid_message", "No.", 400);
    const said = expect(client.say("hello")).rejects.toMatchObject({ code: "invalid_message" });
    await later(600);
    await said;
  });

  it("takes what it asked by a lost socket with it", async () => {
    client.start();
    await later(0);
    letIn(0);
    room.answer = () => ({ answers: [{ type: "chat.said", id: "id-1", shown: true }] });
    void client.say("hello", "id-1").catch(() => undefined);
    socket().break(4007, '{"carrier": "http", "retry_ms": 30000}');
    await later(2_000);
    expect(posts("chat.say")).toMatchObject([{ id: "id-1" }]);
  });
});

describe("a viewer who was given a pass for coming back", () => {
  it("comes back without asking for a ticket", async () => {
    client.start();
    await later(0);
    socket().onopen?.();
    socket().hear({
      type: "welcome",
      you: YOU,
      server_ms: Date.now(),
      tick_ms: 250,
      epoch: 1,
      resume: "pass",
      scatter_ms: 0,
    });
    await later(6_000);
    expect(socket().sent[0]).toMatchObject({ ticket: "ticket 1" });
    socket().break(1006);
    await later(1_000);
    socket().onopen?.();
    expect(socket().sent[0]).toMatchObject({ ticket: "pass" });
    expect(tickets).toBe(1);
  });
});

describe("both carriers", () => {
  const history = fc.array(document, { minLength: 20, maxLength: 80, size: "max" });
  const changes = fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 6, size: "max" });

  /** The hash of the copy after each frame, with the socket failing and coming back in these stretches. */
  async function follow(log: readonly Frame[], stretches: number[]): Promise<Map<number, string>> {
    vi.setSystemTime(START_MS);
    const http = new HttpRoom([]);
    const hashes = new Map<number, string>();
    const lines: Said[] = [];
    let open: FakeSocket[] = [];
    let works = true;
    let left = stretches[0] ?? Number.POSITIVE_INFINITY;
    let stretch = 0;
    const one = new RoomClient({
      ticket: async () => "ticket",
      http,
      random: () => 0.9,
      connect: () => {
        const made = new FakeSocket();
        setTimeout(() => {
          if (!works) return made.break(1006);
          made.onopen?.();
          made.hear({
            type: "welcome",
            you: YOU,
            server_ms: Date.now(),
            tick_ms: 250,
            epoch: 1,
            resume: "",
            scatter_ms: 0,
          });
          const since = made.sent[0]?.since as number | undefined;
          for (const frame of http.log.slice(since ?? 0)) made.hear(frame);
          open.push(made);
        }, 200);
        return made;
      },
    });
    one.listen({
      said: (says) => lines.push(...says),
      view: ({ state }) => {
        const copy = state as unknown as { n: number } | null;
        if (copy) hashes.set(copy.n, stateHash(copy as never));
      },
    });
    one.start();
    for (const frame of log) {
      http.log.push(frame);
      for (const made of open) made.hear(frame);
      left -= 1;
      if (left === 0) {
        works = !works;
        if (!works) for (const made of open.splice(0)) made.break(1006);
        stretch += 1;
        left = stretches[stretch] ?? Number.POSITIVE_INFINITY;
      }
      await later(250);
    }
    works = true;
    http.isOver = true;
    await later(8_000);
    one.stop();
    open = [];
    const all = log.flatMap((frame) => frame.says ?? []);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).toEqual(all.slice(all.findIndex(([id]) => id === lines[0]?.[0])));
    return hashes;
  }

  it("give the same hash at the same frame, whenever they change, and no line twice or never", async () => {
    await fc.assert(
      fc.asyncProperty(history, changes, async (states, stretches) => {
        const counted = states.map((state, i) => ({ stage: {}, ...state, n: i + 1 }));
        const log = framesOf(counted, START_MS).map((frame) => ({
          ...frame,
          says: [[`c${frame.n}`, `u${frame.n % 3}`, `Name ${frame.n % 3}`, "hello", "viewer"]],
        }));
        const seen = await follow(log, stretches);
        expect(seen.get(log.length)).toBeDefined();
        for (const [n, hash] of seen) expect(hash).toBe(stateHash(counted[n - 1] as never));
      }),
      { numRuns: 40 },
    );
  }, 20_000);
});

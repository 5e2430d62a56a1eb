import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Watching, WhepViewer } from "../src/live/whep";

class FakeConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "complete";
  localDescription = { type: "offer", sdp: "v=0 offer" };
  addTransceiver() {}
  async createOffer() {
    return this.localDescription;
  }
  async setLocalDescription() {}
  async setRemoteDescription() {}
  close() {
    this.connectionState = "closed";
  }
  become(state: RTCPeerConnectionState) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

function aTheatre(status = 201, pass?: () => Promise<string>) {
  const words: (string | undefined)[] = [];
  const asked: string[] = [];
  const states: Watching[] = [];
  const connections: FakeConnection[] = [];
  const viewer = new WhepViewer(
    {
      connect: () => {
        const made = new FakeConnection();
        connections.push(made);
        return made as unknown as RTCPeerConnection;
      },
      fetch: (async (url: unknown, init?: RequestInit) => {
        asked.push(`${init?.method} ${String(url)}`);
        words.push(new Headers(init?.headers).get("Authorization") ?? undefined);
        const headers = { Location: "/whep/r/s1" };
        return new Response(status === 201 ? "v=0" : "{}", { status, headers });
      }) as typeof fetch,
      ...(pass ? { pass } : {}),
    },
    (now) => states.push(now),
  );
  return { viewer, asked, words, states, connections };
}

const RUN = "https://house.example/whep/r";

describe("watching without delay", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("asks for a seat, watches, and gives the seat back", async () => {
    const { viewer, asked, states, connections } = aTheatre();
    viewer.start(RUN);
    await vi.advanceTimersByTimeAsync(0);
    connections[0]?.become("connected");
    expect(states.at(-1)).toBe("on");
    viewer.stop();
    expect(asked).toEqual([`POST ${RUN}`, "DELETE https://house.example/whep/r/s1"]);
    expect(connections[0]?.connectionState).toBe("closed");
  });

  it("says who it is, where it can, and comes as a stranger where it cannot", async () => {
    const known = aTheatre(201, async () => "guest-word");
    known.viewer.start(RUN);
    const unknown = aTheatre(201, () => Promise.reject(new Error("not on air")));
    unknown.viewer.start(RUN);
    await vi.advanceTimersByTimeAsync(0);
    expect(known.words).toEqual(["Bearer guest-word"]);
    expect(unknown.words).toEqual([undefined]);
    known.viewer.stop();
    unknown.viewer.stop();
  });

  it("leaves it to the usual way when it is refused, and does not ask again", async () => {
    const { viewer, asked, states } = aTheatre(503);
    viewer.start(RUN);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toBe("refused");
    expect(asked).toHaveLength(1);
  });

  it("asks again while the show has no picture yet, and not for ever", async () => {
    const { viewer, asked, states } = aTheatre(404);
    viewer.start(RUN);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(states.at(-1)).toBe("trying");
    expect(asked.length).toBeGreaterThan(8);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toBe("refused");
    expect(asked).toHaveLength(31);
  });

  it("comes back after the line was lost", async () => {
    const { viewer, states, connections } = aTheatre();
    viewer.start(RUN);
    await vi.advanceTimersByTimeAsync(0);
    connections[0]?.become("connected");
    connections[0]?.become("failed");
    expect(states.at(-1)).toBe("trying");
    await vi.advanceTimersByTimeAsync(2_100);
    connections[1]?.become("connected");
    expect(states.at(-1)).toBe("on");
  });

  it("gives up where no connection ever stands, as behind a firewall", async () => {
    const { viewer, states, connections } = aTheatre();
    viewer.start(RUN);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toBe("refused");
    expect(connections).toHaveLength(3);
  });

  it("stops for good when it is told to while it tries", async () => {
    const { viewer, connections } = aTheatre();
    viewer.start(RUN);
    viewer.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connections).toHaveLength(1);
  });
});

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loudness } from "../src/live/microphone";
import {
  afterFailure,
  deviceTrouble,
  linkFigures,
  type Publishing,
  preferred,
  WhipPublisher,
} from "../src/live/whip";

/** As much of a browser's connection as publishing touches. */
class FakeConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "complete";
  localDescription = { type: "offer", sdp: "v=0 offer" };
  answer = "";
  senders: { track: unknown; replaceTrack: (track: unknown) => Promise<void> }[] = [];
  readonly kinds: string[] = [];

  addTransceiver(track: unknown) {
    const sender = {
      track,
      replaceTrack: async (next: unknown) => {
        sender.track = next;
      },
      getParameters: () => ({}),
      setParameters: async () => undefined,
    };
    this.senders.push(sender);
    this.kinds.push((track as { kind?: string }).kind ?? String(track));
    return { sender, setCodecPreferences: () => undefined };
  }
  getTransceivers() {
    return this.senders.map((sender, index) => ({
      sender,
      receiver: { track: { kind: this.kinds[index] } },
    }));
  }
  async createOffer() {
    return this.localDescription;
  }
  async setLocalDescription() {}
  async setRemoteDescription(answer: { sdp: string }) {
    this.answer = answer.sdp;
  }
  close() {
    this.connectionState = "closed";
  }
  become(state: RTCPeerConnectionState) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

interface Asked {
  url: string;
  method: string;
  key: string;
}

function aHouse(statuses: number[] = []) {
  const asked: Asked[] = [];
  const passes: boolean[] = [];
  const connections: FakeConnection[] = [];
  const states: Publishing[] = [];
  const fetcher = async (url: unknown, init?: RequestInit): Promise<Response> => {
    const key = new Headers(init?.headers).get("Authorization") ?? "";
    asked.push({ url: String(url), method: init?.method ?? "GET", key });
    if (init?.method === "DELETE") return new Response(null, { status: 200 });
    const status = statuses.shift() ?? 201;
    const headers = { Location: "/whip/tea/s1" };
    return new Response(status === 201 ? "v=0 answer" : '{"detail": "No."}', { status, headers });
  };
  const publisher = new WhipPublisher(
    {
      pass: async (again) => {
        passes.push(again);
        return {
          whip: "https://house.example/whip/tea",
          token: `t${passes.length}`,
          ice_servers: [],
        };
      },
      connect: () => {
        const made = new FakeConnection();
        connections.push(made);
        return made as unknown as RTCPeerConnection;
      },
      codecs: () => [],
      fetch: fetcher as typeof fetch,
      random: () => 0,
    },
    (now) => states.push(now),
  );
  const newest = () => connections.at(-1) as FakeConnection;
  return { publisher, asked, passes, connections, states, newest };
}

function aStream(...kinds: string[]): MediaStream {
  const of = (kind: string) => kinds.filter((one) => one === kind).map(() => ({ kind }));
  return {
    getVideoTracks: () => of("video"),
    getAudioTracks: () => of("audio"),
  } as unknown as MediaStream;
}

const last = (states: Publishing[]) => states.at(-1);

describe("publishing", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("offers with the pass, takes the answer, and says when the picture is on its way", async () => {
    const { publisher, asked, newest, states } = aHouse();
    publisher.start(aStream("video", "audio"));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([
      { url: "https://house.example/whip/tea", method: "POST", key: "Bearer t1" },
    ]);
    expect(newest().answer).toBe("v=0 answer");
    expect(last(states)).toEqual({ state: "connecting" });
    newest().become("connected");
    expect(last(states)).toEqual({ state: "live" });
  });

  it("gives its place back when it stops", async () => {
    const { publisher, asked, newest, states } = aHouse();
    publisher.start(aStream("video"));
    await vi.advanceTimersByTimeAsync(0);
    newest().become("connected");
    publisher.stop();
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", key: "Bearer t1" });
    expect(asked.at(-1)?.url).toBe("https://house.example/whip/tea/s1");
    expect(newest().connectionState).toBe("closed");
    expect(last(states)).toEqual({ state: "idle" });
  });

  it("comes back after the line was lost, and pushes nobody out when it does", async () => {
    const { publisher, newest, passes, states, connections } = aHouse();
    publisher.start(aStream("video"));
    await vi.advanceTimersByTimeAsync(0);
    newest().become("connected");
    newest().become("disconnected");
    expect(last(states)).toEqual({ state: "live" });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(last(states)).toMatchObject({ state: "retrying" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connections).toHaveLength(2);
    expect(passes).toEqual([false, true]);
    newest().become("connected");
    expect(last(states)).toEqual({ state: "live" });
  });

  it("does not wait for ever for a connection that never stands", async () => {
    const { publisher, states } = aHouse();
    publisher.start(aStream("video"));
    await vi.advanceTimersByTimeAsync(10_100);
    expect(states.some((one) => one.state === "retrying")).toBe(true);
  });

  it("says why it is refused, and does not ask again", async () => {
    const { publisher, asked, states } = aHouse([401]);
    publisher.start(aStream("video"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(last(states)).toEqual({ state: "refused", why: "key", words: "No." });
    expect(asked).toHaveLength(1);
  });

  it("leaves the room to another camera after a few tries", async () => {
    const { publisher, asked, states } = aHouse([409, 409, 409, 409, 409]);
    publisher.start(aStream("video"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(last(states)).toMatchObject({ state: "refused", why: "busy" });
    expect(asked).toHaveLength(4);
  });

  it("sends other tracks without connecting anew, and remembers them for the next time", async () => {
    const { publisher, newest, connections } = aHouse();
    publisher.start(aStream("video", "audio"));
    await vi.advanceTimersByTimeAsync(0);
    newest().become("connected");
    await publisher.use(aStream("video"));
    expect(newest().senders[1]?.track).toBeNull();
    newest().become("failed");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connections).toHaveLength(2);
    expect(newest().kinds).toEqual(["video", "audio"]);
    expect(newest().senders.map((one) => one.track)).toEqual([{ kind: "video" }, "audio"]);
  });

  it("gives back what it was given after it had stopped", async () => {
    const { publisher, asked } = aHouse();
    publisher.start(aStream("video"));
    publisher.stop();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked.filter((one) => one.method === "POST")).toHaveLength(0);
  });
});

describe("what a failure means", () => {
  it("is tried again where nothing answered or the house is starting", () => {
    for (const status of [0, 500, 502, 503]) {
      expect(afterFailure(status, 2, 0.5)).toMatchObject({ kind: "retry" });
    }
  });

  it("ends some time, whatever it is, and never waits longer than eight seconds", () => {
    fc.assert(
      fc.property(fc.nat({ max: 600 }), fc.nat({ max: 200 }), (status, attempt) => {
        const next = afterFailure(status, attempt, 0.999);
        if (next.kind === "retry") expect(next.delayMs).toBeLessThanOrEqual(8_000);
        expect(afterFailure(status, 40, 0).kind).toBe("refused");
      }),
    );
  });
});

describe("figures of the line", () => {
  const report = (bytes: number, frames: number) => [
    {
      type: "outbound-rtp",
      kind: "video",
      bytesSent: bytes,
      framesEncoded: frames,
      frameWidth: 1280,
      frameHeight: 720,
      qualityLimitationReason: "bandwidth",
    },
    { type: "outbound-rtp", kind: "audio", bytesSent: 1_000 },
    { type: "remote-inbound-rtp", kind: "video", fractionLost: 0.25, roundTripTime: 0.042 },
    { type: "codec" },
  ];

  it("are rates between two looks", () => {
    const first = linkFigures(report(0, 0), null, 1_000);
    expect(first.figures).toMatchObject({ kbps: 0, fps: 0, width: 1280, height: 720 });
    const second = linkFigures(report(500_000, 60), first.counted, 3_000);
    expect(second.figures).toEqual({
      kbps: 2_000,
      fps: 30,
      width: 1280,
      height: 720,
      rttMs: 42,
      loss: 0.25,
      limit: "bandwidth",
    });
  });

  it("are nothing odd, whatever a browser reports", () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.anything())), (odd) => {
        const { figures } = linkFigures(odd, { atMs: 0, bytes: 9, frames: 9 }, 1_000);
        expect(figures.kbps).toBeGreaterThanOrEqual(0);
        expect(figures.loss).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("devices and codecs", () => {
  it("prefers what the house passes on as it is", () => {
    const codecs = ["video/VP9", "video/VP8", "video/rtx", "video/H264", "video/AV1"];
    expect(preferred(codecs.map((mimeType) => ({ mimeType }))).map((one) => one.mimeType)).toEqual([
      "video/H264",
      "video/VP8",
      "video/rtx",
    ]);
  });

  it("knows why there is no picture", () => {
    const named = (name: string) => Object.assign(new Error(), { name });
    expect(deviceTrouble(named("NotAllowedError"))).toBe("denied");
    expect(deviceTrouble(named("NotFoundError"))).toBe("missing");
    expect(deviceTrouble(named("NotReadableError"))).toBe("busy");
    expect(deviceTrouble(new TypeError())).toBe("unsupported");
    expect(deviceTrouble(undefined)).toBe("unsupported");
  });

  it("shows silence as nothing and full tilt as everything", () => {
    expect(loudness(new Float32Array(8))).toBe(0);
    expect(loudness(new Float32Array(0))).toBe(0);
    expect(loudness(new Float32Array(8).fill(1))).toBe(1);
    expect(loudness(new Float32Array(8).fill(0.1))).toBeCloseTo(2 / 3);
  });
});

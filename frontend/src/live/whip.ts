/** Publishes a camera over WHIP (RFC 9725) and comes back by itself when the line is lost. */
import { Refused } from "../lib/http";
import { backoff } from "./reconnect";

/** What the house gives to a host who may publish: where to, and by which short-lived right. */
export interface CameraPass {
  whip: string;
  token: string;
  ice_servers: RTCIceServer[];
}

export type Publishing =
  | { state: "idle" }
  | { state: "connecting" }
  | { state: "live" }
  | { state: "retrying"; inMs: number }
  | { state: "refused"; why: "busy" | "key" | "full" | "offer" | "other"; words: string };

/** How the line is doing, over the last second or two. */
export interface LinkFigures {
  kbps: number;
  fps: number;
  width: number;
  height: number;
  rttMs: number;
  /** Share of packets that the house did not get, 0 to 1. */
  loss: number;
  /** What the browser says holds the picture back: the machine or the network. */
  limit: "none" | "cpu" | "bandwidth";
}

export interface Counted {
  atMs: number;
  bytes: number;
  frames: number;
}

export interface Ports {
  pass(again: boolean): Promise<CameraPass>;
  connect(config: RTCConfiguration): RTCPeerConnection;
  /** What this browser can send. */
  codecs(): RTCRtpCodec[];
  fetch: typeof fetch;
  random(): number;
}

const KBPS_MAX = 2_500;
const FPS_MAX = 30;
const GATHER_MS_MAX = 1_000;
const CONNECT_MS_MAX = 10_000;
const POST_MS_MAX = 10_000;
/** A connection that hangs for so long is given up; browsers themselves wait half a minute. */
const HANGING_MS_MAX = 4_000;
const RETRY_MS_MAX = 8_000;
const RETRIES_MAX = 40;
/** Our own lost connection may hold the place for a moment; after that it is somebody else's. */
const BUSY_RETRIES_MAX = 3;

const CODEC_ORDER = ["video/h264", "video/vp8"];

/** What to do about a try that failed: `status` 0 means that nothing answered. */
export function afterFailure(
  status: number,
  attempt: number,
  random: number,
):
  | { kind: "retry"; delayMs: number }
  | { kind: "refused"; why: "busy" | "key" | "full" | "offer" | "other" } {
  const retry = { kind: "retry", delayMs: backoff(attempt, random, RETRY_MS_MAX) } as const;
  if (attempt >= RETRIES_MAX) return { kind: "refused", why: "other" };
  if (status === 409) return attempt < BUSY_RETRIES_MAX ? retry : { kind: "refused", why: "busy" };
  if (status === 401 || status === 403 || status === 404) return { kind: "refused", why: "key" };
  if (status === 400 || status === 415 || status === 422) return { kind: "refused", why: "offer" };
  if (status === 429) return { kind: "refused", why: "full" };
  return retry;
}

/** Codecs as the house likes them, the first that both sides know is used. */
export function preferred<T extends { mimeType: string }>(codecs: readonly T[]): T[] {
  const named = (name: string) => codecs.filter((one) => one.mimeType.toLowerCase() === name);
  const helpers = codecs.filter((one) => /\/(rtx|red|ulpfec)$/i.test(one.mimeType));
  return [...CODEC_ORDER.flatMap(named), ...helpers];
}

/** Figures from two looks at the statistics of a connection. */
export function linkFigures(
  report: Iterable<Record<string, unknown>>,
  before: Counted | null,
  nowMs: number,
): { figures: LinkFigures; counted: Counted } {
  const figures: LinkFigures = {
    kbps: 0,
    fps: 0,
    width: 0,
    height: 0,
    rttMs: 0,
    loss: 0,
    limit: "none",
  };
  const counted: Counted = { atMs: nowMs, bytes: 0, frames: 0 };
  for (const one of report) {
    if (one.type === "outbound-rtp") {
      counted.bytes += number(one.bytesSent);
      if (one.kind === "video") {
        counted.frames = number(one.framesEncoded);
        figures.width = number(one.frameWidth);
        figures.height = number(one.frameHeight);
        const held = one.qualityLimitationReason;
        figures.limit = held === "cpu" || held === "bandwidth" ? held : "none";
      }
    } else if (one.type === "remote-inbound-rtp" && one.kind === "video") {
      figures.loss = Math.min(1, Math.max(0, number(one.fractionLost)));
      figures.rttMs = Math.round(number(one.roundTripTime) * 1000);
    } else if (one.type === "candidate-pair" && one.nominated === true && !figures.rttMs) {
      figures.rttMs = Math.round(number(one.currentRoundTripTime) * 1000);
    }
  }
  const seconds = before ? (nowMs - before.atMs) / 1000 : 0;
  if (before && seconds > 0) {
    figures.kbps = Math.max(0, Math.round(((counted.bytes - before.bytes) * 8) / seconds / 1000));
    figures.fps = Math.max(0, Math.round((counted.frames - before.frames) / seconds));
  }
  return { figures, counted };
}

/** Why there is no picture to send, from what the browser threw. */
export function deviceTrouble(error: unknown): "denied" | "missing" | "busy" | "unsupported" {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unsupported";
}

/** One camera's way into the house. `start` once, `stop` at the end; `use` exchanges what is sent. */
export class WhipPublisher {
  readonly #ports: Ports;
  readonly #changed: (now: Publishing) => void;
  #stream: MediaStream | null = null;
  #connection: RTCPeerConnection | null = null;
  #place = "";
  #token = "";
  #attempt = 0;
  #wasLive = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #counted: Counted | null = null;

  constructor(ports: Ports, changed: (now: Publishing) => void) {
    this.#ports = ports;
    this.#changed = changed;
  }

  start(stream: MediaStream): void {
    this.#stream = stream;
    this.#attempt = 0;
    this.#wasLive = false;
    void this.#try();
  }

  /** Leave in order, so that the place is free at once. */
  stop(): void {
    this.#stream = null;
    this.#leave();
    this.#changed({ state: "idle" });
  }

  /** Send this from now on, also after the line was lost and found again. */
  async use(stream: MediaStream): Promise<void> {
    if (!this.#stream) return;
    this.#stream = stream;
    const tracks = { video: stream.getVideoTracks()[0], audio: stream.getAudioTracks()[0] };
    for (const one of this.#connection?.getTransceivers() ?? []) {
      await one.sender.replaceTrack(tracks[one.receiver.track.kind as "audio" | "video"] ?? null);
    }
  }

  async figures(nowMs: number): Promise<LinkFigures | null> {
    const connection = this.#connection;
    if (connection?.connectionState !== "connected") return null;
    const report: Record<string, unknown>[] = [];
    (await connection.getStats()).forEach((one: Record<string, unknown>) => {
      report.push(one);
    });
    const { figures, counted } = linkFigures(report, this.#counted, nowMs);
    this.#counted = counted;
    return figures;
  }

  async #try(): Promise<void> {
    if (!this.#stream) return;
    this.#changed({ state: "connecting" });
    try {
      const pass = await this.#ports.pass(this.#wasLive);
      if (this.#stream) await this.#offer(this.#stream, pass);
    } catch (error) {
      if (!this.#stream) return;
      this.#failed(
        error instanceof Refused ? error.status : 0,
        error instanceof Refused ? error.message : "",
      );
    }
  }

  async #offer(stream: MediaStream, pass: CameraPass): Promise<void> {
    const connection = this.#ports.connect({
      bundlePolicy: "max-bundle",
      iceServers: pass.ice_servers,
    });
    this.#connection = connection;
    this.#counted = null;
    await addTracks(connection, stream, preferred(this.#ports.codecs()));
    await connection.setLocalDescription(await connection.createOffer());
    await gathered(connection);
    const response = await this.#ports.fetch(pass.whip, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${pass.token}` },
      body: connection.localDescription?.sdp ?? "",
      credentials: "omit",
      signal: AbortSignal.timeout(POST_MS_MAX),
    });
    const text = await response.text();
    if (!response.ok) throw new Refused(`http_${response.status}`, detail(text), response.status);
    this.#token = pass.token;
    this.#place = new URL(
      response.headers.get("Location") ?? "",
      new URL(pass.whip, location.href),
    ).href;
    if (this.#connection !== connection) {
      // Stopped while the house answered: what it keeps for us must go too.
      connection.close();
      this.#giveBack();
      return;
    }
    await connection.setRemoteDescription({ type: "answer", sdp: text });
    this.#listen(connection);
  }

  #listen(connection: RTCPeerConnection): void {
    const look = () => {
      if (this.#connection !== connection) return;
      clearTimeout(this.#timer);
      switch (connection.connectionState) {
        case "connected":
          this.#attempt = 0;
          this.#wasLive = true;
          this.#changed({ state: "live" });
          break;
        case "failed":
        case "closed":
          this.#failed(0, "");
          break;
        case "disconnected":
          this.#timer = setTimeout(() => this.#failed(0, ""), HANGING_MS_MAX);
          break;
        default:
          this.#timer = setTimeout(() => this.#failed(0, ""), CONNECT_MS_MAX);
      }
    };
    connection.addEventListener("connectionstatechange", look);
    look();
  }

  #failed(status: number, words: string): void {
    this.#leave();
    const next = afterFailure(status, this.#attempt, this.#ports.random());
    if (next.kind === "refused") {
      this.#stream = null;
      this.#changed({ state: "refused", why: next.why, words });
      return;
    }
    this.#attempt += 1;
    this.#changed({ state: "retrying", inMs: next.delayMs });
    this.#timer = setTimeout(() => void this.#try(), next.delayMs);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = null;
    this.#giveBack();
  }

  #giveBack(): void {
    if (!this.#place) return;
    const headers = { Authorization: `Bearer ${this.#token}` };
    // Also while the page is being left.
    void this.#ports
      .fetch(this.#place, { method: "DELETE", headers, keepalive: true, credentials: "omit" })
      .catch(() => undefined);
    this.#place = "";
  }
}

async function addTracks(
  connection: RTCPeerConnection,
  stream: MediaStream,
  codecs: RTCRtpCodec[],
): Promise<void> {
  const [picture] = stream.getVideoTracks();
  const [sound] = stream.getAudioTracks();
  const video = connection.addTransceiver(picture ?? "video", {
    direction: "sendonly",
    sendEncodings: [{ maxBitrate: KBPS_MAX * 1000, maxFramerate: FPS_MAX }],
  });
  connection.addTransceiver(sound ?? "audio", { direction: "sendonly" });
  if (codecs.length) video.setCodecPreferences(codecs);
  const parameters = video.sender.getParameters() as RTCRtpSendParameters & {
    degradationPreference?: string;
  };
  // Viewers' players would see each change of size; fewer pictures hurt less.
  parameters.degradationPreference = "maintain-resolution";
  await video.sender.setParameters(parameters).catch(() => undefined);
}

/** All addresses in one offer, or those that were found within a second. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    if (connection.iceGatheringState === "complete") return resolve();
    const done = () => {
      if (connection.iceGatheringState === "complete") resolve();
    };
    connection.addEventListener("icegatheringstatechange", done);
    setTimeout(resolve, GATHER_MS_MAX);
  });
}

function detail(text: string): string {
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail ?? "");
  } catch {
    return "";
  }
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

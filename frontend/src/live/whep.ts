/** Watches a run over WHEP: the picture without the second that segments take. */

export type Watching = "trying" | "on" | "refused";

export interface WatchPorts {
  connect(config: RTCConfiguration): RTCPeerConnection;
  fetch: typeof fetch;
  /** A word that keeps a seat for hosts and guests; who has none takes what is left. */
  pass?(): Promise<string>;
}

const GATHER_MS_MAX = 1_000;
const CONNECT_MS_MAX = 8_000;
const POST_MS_MAX = 8_000;
/** After so many losses in a row the usual way is better. */
const TRIES_MAX = 3;
const AGAIN_MS = 2_000;
/** A show that has just begun has no picture for a moment: so often it is asked for again. */
const EARLY_MAX = 30;
const NOT_THERE = 404;

/** One viewer's connection; `stop` gives the seat back. */
export class WhepViewer {
  readonly #ports: WatchPorts;
  readonly #changed: (now: Watching, stream: MediaStream | null) => void;
  readonly #hears: boolean;
  #address = "";
  #connection: RTCPeerConnection | null = null;
  #place = "";
  #tries = 0;
  #early = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A monitor that is muted anyway need not wait for sound: `hears` false asks for none. */
  constructor(
    ports: WatchPorts,
    changed: (now: Watching, stream: MediaStream | null) => void,
    hears = true,
  ) {
    this.#ports = ports;
    this.#hears = hears;
    this.#changed = changed;
  }

  start(address: string): void {
    this.stop();
    this.#address = address;
    this.#tries = 0;
    this.#early = 0;
    void this.#try();
  }

  stop(): void {
    this.#address = "";
    this.#leave();
  }

  async #try(): Promise<void> {
    const address = this.#address;
    if (!address) return;
    this.#tries += 1;
    this.#changed("trying", null);
    const connection = this.#ports.connect({ bundlePolicy: "max-bundle" });
    this.#connection = connection;
    const stream = new MediaStream();
    connection.addEventListener("track", (event) => {
      hurry(event.receiver);
      stream.addTrack(event.track);
    });
    try {
      connection.addTransceiver("video", { direction: "recvonly" });
      if (this.#hears) connection.addTransceiver("audio", { direction: "recvonly" });
      await connection.setLocalDescription(await connection.createOffer());
      await gathered(connection);
      const response = await this.#ports.fetch(address, {
        method: "POST",
        headers: await this.#headers(),
        body: connection.localDescription?.sdp ?? "",
        credentials: "omit",
        signal: AbortSignal.timeout(POST_MS_MAX),
      });
      const answer = await response.text();
      if (this.#connection !== connection) return;
      if (response.status === NOT_THERE) return this.#tooEarly();
      if (!response.ok) return this.#refused();
      this.#place = new URL(
        response.headers.get("Location") ?? "",
        new URL(address, location.href),
      ).href;
      await connection.setRemoteDescription({ type: "answer", sdp: answer });
    } catch {
      if (this.#connection === connection) this.#lost();
      return;
    }
    this.#listen(connection, stream);
  }

  async #headers(): Promise<Record<string, string>> {
    const word = (await this.#ports.pass?.().catch(() => "")) ?? "";
    const known = word ? { Authorization: `Bearer ${word}` } : {};
    return { "Content-Type": "application/sdp", ...known };
  }

  #listen(connection: RTCPeerConnection, stream: MediaStream): void {
    const look = () => {
      if (this.#connection !== connection) return;
      clearTimeout(this.#timer);
      switch (connection.connectionState) {
        case "connected":
          this.#tries = 0;
          this.#changed("on", stream);
          break;
        case "failed":
        case "closed":
        case "disconnected":
          this.#lost();
          break;
        default:
          this.#timer = setTimeout(() => this.#lost(), CONNECT_MS_MAX);
      }
    };
    connection.addEventListener("connectionstatechange", look);
    look();
  }

  #tooEarly(): void {
    this.#early += 1;
    if (this.#early > EARLY_MAX) return this.#refused();
    this.#tries = 0;
    this.#tryAgain();
  }

  #lost(): void {
    if (this.#tries >= TRIES_MAX) return this.#refused();
    this.#tryAgain();
  }

  #tryAgain(): void {
    this.#leave();
    this.#changed("trying", null);
    this.#timer = setTimeout(() => void this.#try(), AGAIN_MS);
  }

  #refused(): void {
    this.#leave();
    this.#changed("refused", null);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = null;
    if (this.#place) {
      void this.#ports
        .fetch(this.#place, { method: "DELETE", keepalive: true, credentials: "omit" })
        .catch(() => undefined);
    }
    this.#place = "";
  }
}

/** Show each picture as soon as it is there; browsers that know no such wish decide themselves. */
function hurry(receiver: RTCRtpReceiver & { jitterBufferTarget?: number | null }): void {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    if (connection.iceGatheringState === "complete") return resolve();
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState === "complete") resolve();
    });
    setTimeout(resolve, GATHER_MS_MAX);
  });
}

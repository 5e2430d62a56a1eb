/** A viewer's place in a live room: follows it by socket or over HTTP, and asks for what its owner wants. */
import {
  type ChatAnswer,
  CLOSE,
  type ClientMessage,
  type EnterAnswer,
  type Frame,
  type JoinAnswer,
  type Keep,
  type OrderAnswer,
  type RoomState,
  type ServerMessage,
  type Welcome,
} from "../generated/wire";
import { Refused } from "../lib/http";
import { deliver } from "./answers";
import { firstPlace } from "./carriers/following";
import { type Http, SegmentsCarrier } from "./carriers/segments";
import { type Socket, SocketCarrier } from "./carriers/socket";
import { ServerClock } from "./clock";
import { uuid7 } from "./identifiers";
import { Likes } from "./likes";
import { Pass } from "./pass";
import { afterClose } from "./reconnect";
import { fold, type Replica } from "./replica";
import { type CrowdAnswer, type CrowdRequest, type Request, Requests } from "./requests";
import { Audience, type Room, type RoomListener, type RoomView } from "./room";
import { StageHold } from "./stage";

export interface RoomOutside {
  ticket(): Promise<string>;
  connect(): Socket;
  /** The way over HTTP; without it there is only the socket. */
  http?: Http;
  now?: () => number;
  random?: () => number;
}

const STEADY_MS = 5_000;
const LOSSES_MS = 120_000;
/** So long without a socket, and HTTP helps out. */
const HELP_MS = 3_000;
const LEFT = 1000;
const GONE = 1006;

export class RoomClient implements Room {
  readonly clock: ServerClock;
  readonly #outside: RoomOutside & { now: () => number; random: () => number };
  readonly #pass: Pass;
  readonly #requests = new Requests();
  readonly #hold = new StageHold();
  readonly #audience = new Audience();
  readonly #likes = new Likes((count) => this.#send({ type: "room.like", count }));
  #replica: Replica | null = null;
  /** The socket on trial or in use. */
  #socket: SocketCarrier | null = null;
  #joined = false;
  /** HTTP, while there is no socket to rely on. */
  #segments: SegmentsCarrier | null = null;
  #flowing = false;
  #attempt = 0;
  #losses: number[] = [];
  #scatterMs = 0;
  #running = false;
  #pictureMs: number | null = null;
  #retryTimer: Timer | undefined;
  #steadyTimer: Timer | undefined;
  #helpTimer: Timer | undefined;

  constructor(outside: RoomOutside) {
    this.#outside = { now: Date.now, random: Math.random, ...outside };
    this.clock = new ServerClock(this.#outside.now);
    this.#pass = new Pass(this.#outside.ticket, this.#outside.now);
  }

  get view(): RoomView {
    return this.#audience.view;
  }

  listen(listener: RoomListener): () => void {
    return this.#audience.listen(listener);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    globalThis.addEventListener?.("online", this.#onOnline);
    globalThis.document?.addEventListener("visibilitychange", this.#onVisible);
    this.#helpSoon();
    this.#open();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#helpTimer);
    this.#likes.stop();
    globalThis.removeEventListener?.("online", this.#onOnline);
    globalThis.document?.removeEventListener("visibilitychange", this.#onVisible);
    this.#requests.failAll("left");
    this.#socket?.stop(LEFT, "left");
    this.#drop();
    this.#stopSegments();
  }

  pictureAt(programmeMs: number | null): void {
    this.#pictureMs = programmeMs;
    if (this.#hold.reach(programmeMs)) this.#showState();
  }

  say(text: string, id = this.newId()): Promise<ChatAnswer> {
    return this.#ask({ type: "chat.say", id, text }) as Promise<ChatAnswer>;
  }

  buy(offerId: string, quantity: number, id?: string): Promise<OrderAnswer> {
    const request: Request = {
      type: "orders.buy",
      id: id ?? this.newId(),
      offer_id: offerId,
      quantity,
    };
    return this.#ask(request, id ? request : { ...request, first: true }) as Promise<OrderAnswer>;
  }

  enter(offerId: string, nonce: string, id = this.newId()): Promise<EnterAnswer> {
    return this.#ask({
      type: "orders.enter",
      id,
      offer_id: offerId,
      nonce,
      quantity: 1,
    }) as Promise<EnterAnswer>;
  }

  join(roundId: string, nonce: string, id = this.newId()): Promise<JoinAnswer> {
    return this.#ask({ type: "play.join", id, round_id: roundId, nonce }) as Promise<JoinAnswer>;
  }

  vote(battleId: string, contestant: number, given: number): void {
    this.#send({ type: "play.vote", battle_id: battleId, contestant, given });
  }

  crowd(request: CrowdRequest): Promise<CrowdAnswer> {
    return this.#ask(request) as Promise<CrowdAnswer>;
  }

  clap(count: number): boolean {
    return this.#send({ type: "room.clap", count });
  }

  like(count = 1): void {
    this.#likes.add(count);
  }

  newId(): string {
    return uuid7(this.#outside.now());
  }

  /** `first` is how the request is worded where it surely has not been sent before. */
  #ask(request: Request, first = request): ReturnType<Requests["add"]> {
    const { connection } = this.view;
    if (connection === "ended" || connection === "refused") {
      return Promise.reject(
        new Refused(connection === "ended" ? "run_ended" : "not_connected", ""),
      );
    }
    const answer = this.#requests.add(request);
    this.#send(request, first);
    return answer;
  }

  /** A post may be repeated on its way, so only a socket is told what is `first`. */
  #send(message: ClientMessage, first = message): boolean {
    if (this.#joined) return this.#socket?.send(first) ?? false;
    return this.#segments?.send(message) ?? false;
  }

  // The socket.

  #open(): void {
    clearTimeout(this.#retryTimer);
    if (!this.#running || this.#socket) return;
    const socket = new SocketCarrier(
      this.#outside.connect,
      this.#pass,
      {
        since: () => this.#replica?.n ?? null,
        joined: () => this.#socketJoined(),
        frame: (frame) => this.#frame(frame, () => this.#dropAndRetry()),
        answered: (message) => this.#answered(message),
        time: (serverMs, sentMs) => this.clock.sample(serverMs, sentMs),
        unadmitted: (error) => {
          this.#drop();
          this.#unadmitted(error);
          this.#retry(GONE, "");
        },
        lost: (code, reason) => this.#lost(code, reason),
      },
      this.#outside.now,
    );
    this.#socket = socket;
    socket.start();
  }

  #socketJoined(): void {
    this.#joined = true;
    clearTimeout(this.#helpTimer);
    this.#helpTimer = undefined;
    this.#stopSegments();
    this.#steadyTimer = setTimeout(() => {
      this.#attempt = 0;
    }, STEADY_MS);
    this.#audience.show({ connection: "live", carrier: "socket" });
    for (const request of this.#requests.all()) this.#send(request);
  }

  #lost(code: number, reason: string): void {
    const scatterMs = this.#joined ? this.#scatterMs : 0;
    if (this.#joined) this.#losses.push(this.#outside.now());
    this.#drop();
    if (code === CLOSE.badTicket) this.#pass.spoil();
    if (code === CLOSE.protocolError || code === CLOSE.tooBig) this.#requests.failAll("invalid");
    this.#retry(code, reason, scatterMs);
  }

  #dropAndRetry(): void {
    this.#drop();
    this.#retry(GONE, "");
  }

  #retry(code: number, reason: string, scatterMs = 0): void {
    if (!this.#running) return;
    const nowMs = this.#outside.now();
    this.#losses = this.#losses.filter((ms) => ms > nowMs - LOSSES_MS);
    const troubles = { attempt: this.#attempt, losses: this.#losses.length, scatterMs };
    const step = afterClose(code, reason, troubles, this.#outside.random());
    if (step.kind === "ended") return this.#finish("ended", "");
    if (step.kind === "refused") return this.#finish("refused", step.code);
    this.#attempt += 1;
    if (step.fromKeyframe) this.#replica = null;
    if (step.bySegments) this.#help();
    else this.#helpSoon();
    this.#showWhetherLive();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#open(), step.delayMs);
  }

  /** Let go of the socket without waiting for its answer. */
  #drop(): void {
    this.#socket?.stop();
    this.#socket = null;
    this.#joined = false;
    clearTimeout(this.#steadyTimer);
  }

  // HTTP.

  #helpSoon(): void {
    const waitMs = HELP_MS * (1 + this.#outside.random() / 2);
    this.#helpTimer ??= setTimeout(() => this.#help(), waitMs);
  }

  #help(): void {
    clearTimeout(this.#helpTimer);
    this.#helpTimer = undefined;
    const { http, now, random } = this.#outside;
    if (!http || this.#segments || !this.#running) return;
    const segments = new SegmentsCarrier(
      http,
      this.#pass,
      {
        joined: () => {
          this.#flowing = true;
          this.#showWhetherLive();
        },
        faltered: () => {
          this.#flowing = false;
          this.#showWhetherLive();
        },
        frame: (frame) => this.#frame(frame, () => segments.restart()),
        answered: (message) => this.#answered(message),
        time: (serverMs, sentMs) => this.clock.sample(serverMs, sentMs),
        unadmitted: (error) => this.#unadmitted(error),
        ended: () => this.#finish("ended", ""),
      },
      now,
      random,
      firstPlace(this.#replica?.at ?? null, this.clock.now()),
    );
    this.#segments = segments;
    segments.start();
    for (const request of this.#requests.all()) segments.send(request);
  }

  #stopSegments(): void {
    this.#segments?.stop();
    this.#segments = null;
    this.#flowing = false;
  }

  #showWhetherLive(): void {
    if (!this.#running || this.#joined) return;
    const waiting = this.view.state ? "resuming" : "connecting";
    this.#audience.show({
      connection: this.#flowing ? "live" : waiting,
      carrier: this.#flowing ? "segments" : "socket",
    });
  }

  // What both carry.

  #frame(frame: Frame, startOver: () => void): void {
    const folded = fold(this.#replica, frame);
    switch (folded.kind) {
      case "stale":
        return;
      case "gap":
      case "differs":
        if (folded.kind === "differs") this.#replica = null;
        this.#audience.show({ resyncs: this.view.resyncs + 1 });
        return startOver();
      case "applied":
        this.#replica = folded.replica;
        this.#hold.put(folded.replica.state, frame.at, this.#pictureMs);
        this.#showState();
        this.#audience.tell((one) => {
          if (frame.says?.length) one.said?.(frame.says);
          if (frame.retract?.length) one.retracted?.(frame.retract);
        });
    }
  }

  #answered(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "resume":
        return this.#keep(message);
      default:
        return deliver(message, this.#requests, this.#audience);
    }
  }

  #welcomed(welcome: Welcome): void {
    this.clock.restart();
    this.clock.sample(welcome.server_ms);
    this.#keep(welcome);
    this.#audience.show({ you: welcome.you });
  }

  /** How to come back, and how far a crowd that lost its server at once must spread. */
  #keep({ resume, scatter_ms }: Omit<Keep, "type">): void {
    if (resume) this.#pass.keep(resume);
    this.#scatterMs = scatter_ms;
  }

  /** A closed ticket office is asked again; a refusal is final. */
  #unadmitted(error: unknown): void {
    if (!(error instanceof Refused)) return;
    if (error.status === 404) this.#finish("refused", "no_such_run");
    else if (error.status === 403) this.#finish("refused", error.code);
  }

  #finish(connection: "ended" | "refused", refusal: string): void {
    this.#requests.failAll(connection === "ended" ? "run_ended" : refusal);
    this.#audience.show({ connection, refusal });
    this.stop();
  }

  readonly #onOnline = (): void => {
    if (this.#joined) return this.#socket?.probe();
    this.#attempt = 0;
    this.#open();
  };

  readonly #onVisible = (): void => {
    if (document.visibilityState !== "visible") return;
    // While HTTP carries, the socket keeps to its time: a full node said when.
    if (this.#joined || !this.#flowing) this.#onOnline();
  };

  #showState(): void {
    if (!this.#replica) return;
    const state = { ...this.#replica.state, stage: this.#hold.shown };
    this.#audience.show({ state: state as unknown as RoomState });
  }
}

type Timer = ReturnType<typeof setTimeout>;

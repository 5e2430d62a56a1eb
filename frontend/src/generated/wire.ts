/** The messages of the live connection and the room's documents. To be generated from the Python definitions. */

export type Role = "guest" | "viewer" | "moderator" | "host";

/** `[id, person id, name, text, role]`; the id starts with "c". */
export type ChatSaid = [string, string, string, string, string];
/** `[id, masked name, offer id, quantity]`; the id starts with "p". */
export type PurchaseSaid = [string, string, string, number];
/** A kind that we do not know yet: ignored. */
export type Said = (string | number | boolean)[];

export interface Offer {
  title: string;
  variant: string;
  image: string;
  price_minor: number;
  was_minor?: number;
  currency: string;
  state: "planned" | "open" | "closed";
  left?: number;
  total: number;
  limit: number;
  opens_at: number;
  closes_at: number;
  rank: number;
  v?: number;
}

export interface RoomState {
  show: { title: string; state: "live" | "ended"; simulated: boolean; kind: "live" | "rehearsal" };
  stage: { pin: string };
  offers: Record<string, Offer>;
  counts: { viewers: number; likes: number; orders: number };
}

interface FrameBase {
  n: number;
  epoch: number;
  at: number;
  says?: Said[];
  retract?: string[];
  hash?: string;
}
export interface Keyframe extends FrameBase {
  state: Document;
}
export interface Delta extends FrameBase {
  patch?: Patch;
}
export type Frame = Keyframe | Delta;

/** What a room's state may hold. */
export type Value = string | number | boolean | Document;
export type Document = { [key: string]: Value };
/** RFC 7396: null takes a key away. */
export type Patch = { [key: string]: Value | Patch | null };

export interface Welcome {
  type: "welcome";
  you: { id: string; name: string; role: Role; signed_in: boolean };
  server_ms: number;
  tick_ms: number;
  epoch: number;
}
export interface ChatAnswer {
  type: "chat.said";
  id: string;
  shown: boolean;
}
export interface OrderAnswer {
  type: "orders.bought";
  id: string;
  state: string;
  total_minor: number;
  currency: string;
  pay_by: number;
  needs_address: boolean;
}
export interface RefusedAnswer {
  type: "refused";
  id: string;
  code: string;
  message: string;
}
export interface Pong {
  type: "pong";
  server_ms: number;
}
export type ServerMessage = Welcome | ChatAnswer | OrderAnswer | RefusedAnswer | Pong;

export interface Join {
  type: "join";
  ticket: string;
  since?: number;
}
export interface Say {
  type: "chat.say";
  id: string;
  text: string;
}
export interface Like {
  type: "room.like";
  count: number;
}
export interface Buy {
  type: "orders.buy";
  id: string;
  offer_id: string;
  quantity: number;
}
export interface Ping {
  type: "ping";
}
export type ClientMessage = Join | Say | Like | Buy | Ping;

export interface TicketAnswer {
  ticket: string;
  expires_ms: number;
}

/** `GET /api/shows/{slug}`. */
export interface ShowInfo {
  slug: string;
  title: string;
  state: "scheduled" | "live" | "ended" | "cancelled";
  starts_at: string | number;
  run: { id: string; kind: "live" | "rehearsal"; state: string } | null;
  addresses: { socket: string; video: string; recording: string; frames: string } | null;
}

/** What a page gives to `<lh-watch>` and `<lh-studio>`: the API's answer and words for the page. */
export interface WatchedShow extends ShowInfo {
  description?: string;
  simulated?: boolean;
  store_name?: string;
  store_slug?: string;
  room_slug?: string;
  poster?: string;
  /** The offers as planned, for the time before the room has its own state. */
  offers?: Record<string, Offer>;
}

/** `GET /api/shows/{slug}/numbers`, for the show's staff. */
export interface ShowNumbers {
  viewers: number;
  likes: number;
  orders: number;
  paid: number;
  revenue_minor: number;
  currency: string;
}

export const CLOSE = {
  protocolError: 4000,
  joinDeadline: 4001,
  badTicket: 4002,
  noSuchRun: 4003,
  tooSlow: 4004,
  banned: 4005,
  runEnded: 4006,
  tooManyConnections: 4007,
  tooBig: 1009,
  restart: 1012,
} as const;

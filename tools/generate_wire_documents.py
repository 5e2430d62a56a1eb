"""The TypeScript of what has no Struct: a room's document is built by folds, a page by Jinja2.

`tests/architecture/test_generated_files.py` folds an offer and compares its fields with these.
"""

DOCUMENTS = """\
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
  no_return?: string;
  fair_window_ms?: number;
  fair?: Opening;
  v?: number;
}

/** Either `amount_minor` or `basis_points` (1000 are 10 %) is above 0; `cap_minor` 0: no cap. */
export interface OfferedCoupon {
  label: string;
  currency: string;
  amount_minor: number;
  basis_points: number;
  from_minor: number;
  cap_minor: number;
  starts_at: number;
  ends_at: number;
}

/** Coupons to be taken until `ends_at`; without a field before the first fall. */
export interface DroppedCoupon {
  id: string;
  coupon_id: string;
  label: string;
  currency: string;
  amount_minor: number;
  basis_points: number;
  from_minor: number;
  cap_minor: number;
  ends_at: number;
  total: number;
  left: number;
  v: number;
}

export interface Opening {
  id: string;
  stage: "promised" | "called" | "listed" | "revealed" | "done" | "void";
  commitment: string;
  window_ms: number;
  call_at: number;
  closes_at: number;
  entrants: number;
  root: string;
  seed: string;
  placed: number;
}

/** What is held up to the camera, in step with the picture. */
export interface Stage {
  pin: string;
  /** The act that is on; absent before the first and after the last. */
  act?: string;
  /** Words that stand before the picture. */
  slate?: string;
  /** Come along into another show's room; without a slug, back to this one. */
  invite?: { slug: string; text: string };
  draw?: DrawShown;
}

export interface ProgrammeAct {
  title: string;
  people: string;
  starts_at: number;
  ends_at: number;
  rank: number;
}

export interface DrawPrize {
  title: string;
  kind: "goods" | "coupon" | "gift";
  quantity: number;
  value_minor: number;
}

/** Moments are in ms by the house's clock, 0 for none yet; `goal` 0: it needs none. */
export interface Draw {
  title: string;
  kind: "instant" | "scheduled" | "keyword" | "gathering";
  stage: "promised" | "open" | "listed" | "revealed" | "done" | "unfilled" | "void";
  round_id: string;
  number: number;
  rounds: number;
  keyword: string;
  goal: number;
  seconds: number;
  currency: string;
  terms_hash: string;
  commitment: string;
  prizes: Record<string, DrawPrize>;
  opens_at: number;
  closes_at: number;
  entrants: number;
  root: string;
  seed: string;
  won: number;
}

/** `names` and `sums` by the contestant's number; `first` is who has won, -1 until the end. */
export interface Battle {
  title: string;
  kind: "battle" | "poll";
  state: "open" | "ended";
  free_votes: number;
  closes_at: number;
  first: number;
  names: Record<string, string>;
  sums: Record<string, number>;
}

/** The result that is held up; `winners` has a name in each line. */
export interface DrawShown {
  id: string;
  round_id: string;
  stage: Draw["stage"];
  won: number;
  winners: string;
}

export interface RoomState {
  show: { title: string; state: "live" | "ended"; simulated: boolean; kind: "live" | "rehearsal" };
  stage: Stage;
  offers: Record<string, Offer>;
  coupons?: Record<string, OfferedCoupon>;
  drop?: Partial<DroppedCoupon>;
  draws?: Record<string, Draw>;
  battles?: Record<string, Battle>;
  counts: { viewers: number; likes: number; orders: number };
  /** The acts in their order, without what was skipped; times in ms, as they are expected. */
  programme?: Record<string, ProgrammeAct>;
  /** Slow mode: everybody but the staff waits so long between two lines; 0 or absent: nobody. */
  chat?: { slow_seconds?: number };
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
"""

PAGES = """\
export type CueKind = "pin" | "open" | "draw" | "invite" | "slate" | "note";

/** Given by itself so many seconds into its act; null: by hand. */
export interface Cue {
  id: string;
  kind: CueKind;
  at_seconds: number | null;
  target: string;
  text: string;
}

export interface Act {
  id: string;
  title: string;
  seconds: number;
  people: string;
  script: string;
  offers: string[];
  cues: Cue[];
}

export interface Slot {
  act_id: string;
  state: "coming" | "on" | "played" | "skipped";
  planned_at: string;
  starts_at: string;
  ends_at: string;
}

export interface CompanionRoom {
  kind: "stage" | "deal" | "backstage" | "language";
  show: WatchedShow;
}

/** `POST /api/share/{kind}/{name}`: one's own link, as paths of the house. */
export interface MyLink {
  path: string;
  qr: string;
  poster: string;
  brought: number;
}

/** `GET /api/shows/{slug}/companions`: the other rooms, and who is in any of them, once. */
export interface Companions {
  rooms: CompanionRoom[];
  together: number;
}

/** `GET /api/shows/{slug}/run-sheet`, for the show's staff. */
export interface RunSheet {
  version: number;
  /** How many steps the run has taken: who goes on says so. */
  steps: number;
  delay_seconds: number;
  is_on: boolean;
  starts_at: string;
  now: string;
  acts: Act[];
  slots: Slot[];
  cues: {
    cue_id: string;
    state: "waiting" | "given" | "dropped" | "refused";
    due_at: string | null;
    given_at: string | null;
    code: string;
  }[];
}

/** What a page gives to `<lh-watch>` and `<lh-studio>`: the API's answer and words for the page. */
export interface WatchedShow extends ShowInfo {
  description?: string;
  simulated?: boolean;
  filmed_before?: boolean;
  store_name?: string;
  store_slug?: string;
  room_slug?: string;
  poster?: string;
  /** The offers as planned, for the time before the room has its own state. */
  offers?: Record<string, Offer>;
}

/** What arrives from a room's camera; rates are those of the last five seconds. */
export interface CameraState {
  protocol: string;
  since: string;
  width: number;
  height: number;
  fps: number;
  kbps: number;
  key_interval_seconds: number;
  dropped: number;
  rtt_ms: number | null;
  loss: number | null;
}

/** `GET /api/shows/{slug}/source`, for who runs the show. */
export interface ShowSource {
  source: "camera" | "stage" | "file" | "files" | "address";
  file: string;
  files: string[];
  /** What is played one after the other. */
  playlist: string[];
  loops: boolean;
  /** Where a server elsewhere is fetched from. */
  address: string;
  /** Why a slate is shown: a code. */
  problem: string;
  /** What OBS asks for; the server is empty where none is received. */
  server: string;
  key: string;
  second: "refuse" | "take_over";
  camera: CameraState | null;
}

/** `GET /api/shows/{slug}/numbers`, for the show's staff. */
export interface ShowNumbers {
  viewers: number;
  likes: number;
  orders: number;
  paid: number;
  waiting: number;
  cancelled: number;
  expired: number;
  revenue_minor: number;
  waiting_minor: number;
  currency: string;
}
"""

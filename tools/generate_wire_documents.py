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
  /** The line of who waits was served up to this number. */
  served?: number;
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
  /** What the host answers just now. */
  question?: { id: string; text: string; by: string };
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
  task_friends?: number;
  task_minutes?: number;
  task_follow?: boolean;
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
  state: "open" | "checked" | "ended";
  free_votes: number;
  friend_votes?: number;
  fan_points?: number;
  coupon_fans?: number;
  contest?: string;
  closes_at: number;
  first: number;
  names: Record<string, string>;
  sums: Record<string, number>;
}

/** Questions to the host; `board` has the first of those that wait and the newest, by their ids. */
export interface QuestionQueue {
  open?: boolean;
  waiting?: number;
  board?: Record<string, QuestionShown>;
}

/** `by` is a masked name of who agreed to be seen, or empty. */
export interface QuestionShown {
  text: string;
  by: string;
  raised: number;
  rank: number;
}

/** `choices` and `counts` by the choice's number; until the end `right` is -1 and `salt` empty. */
export interface Quiz {
  text: string;
  state: "open" | "closed";
  points: number;
  coupon: boolean;
  winners_max: number;
  sealed: string;
  opens_at: number;
  closes_at: number;
  answers: number;
  right: number;
  salt: string;
  won: number;
  choices: Record<string, string>;
  counts?: Record<string, number>;
}

/** Red packets; `seed` is empty until the end. */
export interface Packets {
  title: string;
  kind: "points" | "coupon";
  state: "falling" | "ended";
  count: number;
  total: number;
  taken: number;
  commitment: string;
  seed: string;
  given: number;
  opens_at: number;
  closes_at: number;
}

/** The claps since `base` count towards the goal; without a title nobody has asked yet. */
export interface ApplauseCall {
  title?: string;
  goal?: number;
  closes_at?: number;
  base?: number;
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
  questions?: QuestionQueue;
  quizzes?: Record<string, Quiz>;
  packets?: Record<string, Packets>;
  applause?: ApplauseCall;
  counts: { viewers: number; likes: number; orders: number; claps?: number };
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

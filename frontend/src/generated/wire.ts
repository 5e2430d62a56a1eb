/** The messages of the live connection and the room's documents. Made by `make generate`; edit the Python definitions instead. */

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

/** The line is stored; `shown` tells whether it came into the room's fair sample. */
export interface ChatAnswer {
  type: "chat.said";
  id: string;
  shown: boolean;
}

/** Your answer is sealed; `crowd.outcome` follows at the end. */
export interface AnswerSealed {
  type: "crowd.answered";
  id: string;
  quiz_id: string;
  choice: number;
}

/** Your red packet, and that is durable. */
export interface PacketGrabbed {
  type: "crowd.grabbed";
  id: string;
  drop_id: string;
  number: number;
  amount: number;
}

/** The question, or that you raised it, is in the queue. */
export interface QuestionNoted {
  type: "crowd.noted";
  id: string;
}

/** How a quiz went for you. */
export interface QuizOutcome {
  type: "crowd.outcome";
  quiz_id: string;
  right: boolean;
  won: boolean;
  points: number;
}

/** The order is durable and the goods are held until `pay_by` (ms). */
export interface OrderAnswer {
  type: "orders.bought";
  id: string;
  offer_id: string;
  state: string;
  total_minor: number;
  currency: string;
  pay_by: number;
  needs_address: boolean;
}

/** How the draw went for you. With a place the goods are held until `pay_by` (ms). */
export interface Drawn {
  type: "orders.drawn";
  id: string;
  offer_id: string;
  opening_id: string;
  outcome: string;
  position: number;
  entrants: number;
  total_minor: number;
  currency: string;
  pay_by: number;
  needs_address: boolean;
}

/** You take part, and that is durable. `orders.drawn` follows after the draw. */
export interface EnterAnswer {
  type: "orders.entered";
  id: string;
  order_id: string;
  offer_id: string;
  opening_id: string;
  entrant: string;
  nonce: string;
}

/** How a round went for you. */
export interface GameResult {
  type: "play.drawn";
  draw_id: string;
  round_id: string;
  outcome: string;
  place: number;
  prize: string;
  entrants: number;
}

/** You take part, and that is durable. `play.drawn` follows after the draw. */
export interface JoinAnswer {
  type: "play.joined";
  id: string;
  draw_id: string;
  round_id: string;
  name: string;
  nonce: string;
  friends: number;
}

/** What counts of your votes today, and that is durable. One answer for many votes. */
export interface VoteCounted {
  type: "play.voted";
  battle_id: string;
  contestant: number;
  votes: number;
  left: number;
}

/** Someone is there. */
export interface Pong {
  type: "pong";
  server_ms: number;
}

/** No, and why; `code` is stable, `message` is in the viewer's language. */
export interface RefusedAnswer {
  type: "refused";
  id: string;
  code: string;
  message: string;
  retry_ms?: number;
}

/** What `welcome` said about coming back, anew, because the old ticket grows old. */
export interface Keep {
  type: "resume";
  resume: string;
  scatter_ms: number;
}

/** Who the server takes the client for. */
export interface You {
  id: string;
  name: string;
  role: Role;
  signed_in: boolean;
}

/** You are in; frames follow. `resume` is the ticket to come back with for a while (empty: get one at the door), and who loses us without a word comes back at a random moment within `scatter_ms`. */
export interface Welcome {
  type: "welcome";
  you: You;
  server_ms: number;
  tick_ms: number;
  epoch: number;
  resume: string;
  scatter_ms: number;
}

export type ServerMessage =
  | ChatAnswer
  | AnswerSealed
  | PacketGrabbed
  | QuestionNoted
  | QuizOutcome
  | OrderAnswer
  | Drawn
  | EnterAnswer
  | GameResult
  | JoinAnswer
  | VoteCounted
  | Pong
  | RefusedAnswer
  | Keep
  | Welcome;

/** `id` is made by the client, so that sending a line again is harmless. */
export interface Say {
  type: "chat.say";
  id: string;
  text: string;
}

/** Answer a quiz. The first answer counts, and nobody sees it before the end. */
export interface AnswerQuiz {
  type: "crowd.answer";
  quiz_id: string;
  choice: number;
  id?: string;
}

/** Ask the host, while `questions.open` says so. Harmless to repeat with the same id. */
export interface AskQuestion {
  type: "crowd.ask";
  id: string;
  text: string;
}

/** Reach for a red packet, from `opens_at` on. Each person gets one at most; asked again, the answer is the same. */
export interface GrabPacket {
  type: "crowd.grab";
  drop_id: string;
  id?: string;
}

/** Want to hear this, too. Each person counts once, however often they say so. */
export interface RaiseQuestion {
  type: "crowd.raise";
  question_id: string;
  id?: string;
}

/** The first message: who I am, and the last frame that I have seen. */
export interface Join {
  type: "join";
  ticket: string;
  since?: number;
}

/** One tap. `id` is a UUIDv7 that the client makes: the order's id, and harmless to repeat. */
export interface Buy {
  type: "orders.buy";
  id: string;
  offer_id: string;
  quantity?: number;
  coupon_ids?: string[];
  expects_minor?: number;
  first?: boolean;
}

/** Take part in a fair opening, from `call_at` to `closes_at` of the offer's `fair`. `id` is a UUIDv7 that the client makes: the order's id, if there is a place. Harmless to repeat, also when it is over: then the result follows. */
export interface Enter {
  type: "orders.enter";
  id: string;
  offer_id: string;
  nonce: string;
  quantity?: number;
}

/** Is anyone there, and what time is it? */
export interface Ping {
  type: "ping";
}

/** Take part in a round of a draw, from `opens_at` to `closes_at` of the state's `draws`. Harmless to repeat, also when it is over: then the result follows. */
export interface JoinGame {
  type: "play.join";
  id: string;
  round_id: string;
  nonce: string;
}

/** Vote. `given` is how many you have given this contestant today in all, so that sending it again, late or twice, changes nothing. The largest counts, within the day's free votes. */
export interface CastVote {
  type: "play.vote";
  battle_id: string;
  contestant: number;
  given: number;
  id?: string;
}

/** Claps since the last message, while the host asks for applause; counted as hearts are. */
export interface Clap {
  type: "room.clap";
  count: number;
}

/** Hearts since the last message; they are summed and never answered. */
export interface Like {
  type: "room.like";
  count: number;
}

export type ClientMessage =
  | Say
  | AnswerQuiz
  | AskQuestion
  | GrabPacket
  | RaiseQuestion
  | Join
  | Buy
  | Enter
  | Ping
  | JoinGame
  | CastVote
  | Clap
  | Like;

/** A minute's pass into a run, as its holder gets it. */
export interface TicketAnswer {
  ticket: string;
  expires_ms: number;
}

/** `kind` is live or rehearsal; `state` is live while it is on, else ended. */
export interface RunInfo {
  id: string;
  kind: "live" | "rehearsal";
  state: "live" | "ended";
}

/** Where a run's room and pictures are; `recording` is there once the run is over. */
export interface RunAddresses {
  socket: string;
  video: string;
  recording: string;
  frames: string;
}

/** A show as everybody may know it. `version` grows with every change of it; `run` is null while nothing is on that the asker may see. */
export interface ShowInfo {
  slug: string;
  title: string;
  state: "scheduled" | "live" | "ended" | "cancelled";
  starts_at: string;
  run: RunInfo | null;
  addresses: RunAddresses | null;
  version: number;
}

export type CueKind =
  | "pin"
  | "open"
  | "draw"
  | "vote"
  | "quiz"
  | "packets"
  | "drop"
  | "questions"
  | "invite"
  | "slate"
  | "note";

/** What a cue can name; what is over begins no more. */
export interface CueThing {
  id: string;
  title: string;
  state: "ready" | "open" | "over";
}

/** A show within a sheet's reach; one that is asked has not answered yet. */
export interface CueRoom {
  slug: string;
  title: string;
  relation: "own" | "stage" | "deal" | "backstage" | "language" | "asked";
  state: "scheduled" | "rehearsing" | "live" | "ended" | "cancelled";
  things: Partial<Record<CueKind, CueThing[]>>;
}

/** `GET /api/shows/{slug}/cue-things`. */
export interface CueRooms {
  rooms: CueRoom[];
}

/** What is kept ready for a cue. */
export interface PreparedInfo {
  id: string;
  kind: CueKind;
  title: string;
  held: boolean;
}

/** Given by itself so many seconds into its act; null: by hand. */
export interface Cue {
  id: string;
  kind: CueKind;
  at_seconds: number | null;
  target: string;
  text: string;
}

export type Part =
  | "host"
  | "president"
  | "platform"
  | "expert"
  | "artist"
  | "creator"
  | "maker"
  | "shopkeeper"
  | "guest";

export interface Performer {
  name: string;
  part: Part;
}

export interface Act {
  id: string;
  title: string;
  seconds: number;
  people: string;
  script: string;
  offers: string[];
  cues: Cue[];
  cast: Performer[];
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

/** `GET /api/draws/{id}/mine`: our part in a round that friends fill together. */
export interface MyDraw {
  takes_part: boolean;
  friends: number;
  names: string[];
  done_friends: number;
  done_minutes: number;
  done_follow: boolean;
}

/** `GET /api/stores/{slug}/following`: whether the viewer follows the store, and how many do. */
export interface FollowInfo {
  follows: boolean;
  followers: number;
  signed_in: boolean;
}

/** `GET /api/shows/{slug}/sharing`: what the store gives for friends who are brought. */
export interface SharePromise {
  deed: "watch" | "buy";
  minutes: number;
  points: number;
  coupon: string;
  friends_max: number;
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

/** What is left out, or null, stays as it is; `volume` is in percent. */
export interface ScreenWish {
  show?: string | null;
  paused?: boolean | null;
  volume?: number | null;
}

/** `programme_ms`: the picture's place in the programme at `at_ms` by the house; 0: none. */
export interface ScreenReport {
  show: string;
  paused: boolean;
  volume: number;
  programme_ms: number;
  at_ms: number;
}

/** `/api/screen`: a TV as it is told of itself. */
export interface ScreenInfo {
  code: string;
  qr: string;
  host: string;
  paired: boolean;
  phone: string;
  asked: number;
  wish: ScreenWish;
}

/** `/api/screens/{id}`: a paired TV as its phone hears of it. */
export interface RemoteInfo {
  id: string;
  told: number;
  wish: ScreenWish;
  report: ScreenReport;
}

/** `GET /api/tv`: what a TV can show. */
export interface TvGuide {
  on: WatchedShow[];
  coming: WatchedShow[];
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
  /** The show's city, or where its goods are made; may be empty. */
  where?: string;
  /** The offers as planned, for the time before the room has its own state. */
  offers?: Record<string, Offer>;
}

/** A file that a show may play; it is chosen by its name, and `seconds` is 0 if unknown. */
export interface Video {
  name: string;
  title: string;
  seconds: number;
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
  files: Video[];
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
  form: PictureForm;
}

/** How a show's picture goes out; an empty profile is the house's. */
export interface PictureForm {
  profile: "" | "default" | "fast";
  sizes: boolean;
  house_profile: "default" | "fast";
  offers_fast: boolean;
  offers_sizes: boolean;
  /** While the show is on nothing of it changes. */
  frozen: boolean;
}

/** A guest of a show, as the studio sees it; `level` is how loud, from 0 to 100. */
export interface GuestInfo {
  id: string;
  name: string;
  /** The page that the link leads to. */
  path: string;
  here: boolean;
  sending: boolean;
  on_stage: boolean;
  silenced: boolean;
  muted: boolean;
  level: number;
}

/** `GET /api/shows/{slug}/guests`, for who runs the show; `main` is null for the host. */
export interface ShowStage {
  layout: "solo" | "corner" | "grid";
  main: string | null;
  names: boolean;
  guests: GuestInfo[];
}

/** What a guest's page hears: `POST /api/guest/{link}`. */
export interface GuestHears {
  on_stage: boolean;
  silenced: boolean;
  run: string | null;
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

export const CLOSE = {
  /** Binary or fragmented messages: speak plain text frames. */
  unsupported: 1003,
  /** A message is larger than the server reads. */
  tooBig: 1009,
  /** Come back after the `retry_ms` of the reason. */
  restart: 1012,
  /** What came makes no sense here, again and again. */
  protocolError: 4000,
  /** `join` did not come in time. */
  joinDeadline: 4001,
  /** Fetch a new ticket and come back. */
  badTicket: 4002,
  /** Do not come back. */
  noSuchRun: 4003,
  /** Come back with `since`. */
  tooSlow: 4004,
  /** The staff took the right to be here. */
  banned: 4005,
  /** The show is over. */
  runEnded: 4006,
  /** As many as may be are here, the reason says of what: follow by its `carrier`. */
  tooManyConnections: 4007,
  /** Nothing heard, not even an answer to a ping; usually nobody reads this. */
  silent: 4008,
} as const;

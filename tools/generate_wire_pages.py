"""The TypeScript of what pages are given by Jinja2, which has no Struct."""

PAGES = """\
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
"""

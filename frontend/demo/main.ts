/**
 * The live components with a made-up room, to look at without a server:
 * ?page=watch|studio &state=live|soon|over|guest|held|soldout|bag|rehearsal &theme=light|dark &lang= &portrait=1 &video=ADDRESS OF A PLAYLIST
 */
import "../src/styles/index.css";
import type { LhChat } from "../src/components/chat";
import type { LhPlayer } from "../src/components/player";
import type { WatchedShow } from "../src/generated/wire";
import { type FakeRoom, fakeRoom, ROOM } from "./room";
import { stagePicture } from "./stage";

const query = new URLSearchParams(location.search);
const page = query.get("page") === "studio" ? "studio" : "watch";
const state = query.get("state") ?? "live";
document.documentElement.lang = query.get("lang") ?? "en";
const theme = query.get("theme");
if (theme) document.documentElement.dataset.theme = theme;
if (page === "studio") document.body.classList.add("studio");

const video = query.get("video") ?? "";
const on = !["soon", "over", "cancelled"].includes(state);
const show: WatchedShow = {
  slug: "mugs",
  title: "The mug that keeps warm",
  version: 0,
  state:
    state === "soon"
      ? "scheduled"
      : state === "over"
        ? "ended"
        : state === "cancelled"
          ? "cancelled"
          : "live",
  starts_at: new Date(Date.now() + 754_000).toISOString(),
  run: on ? { id: "run", kind: state === "rehearsal" ? "rehearsal" : "live", state: "live" } : null,
  addresses:
    on || query.has("video") ? { socket: "/live/run", video, recording: video, frames: "" } : null,
  simulated: true,
  store_name: "Kiln & Co",
  store_slug: "kiln",
  room_slug: "kiln",
  poster: "",
  offers: ROOM.offers,
};

window.fetch = async (input) => {
  const url = String(input);
  const body = url.endsWith("/numbers")
    ? numbers()
    : url.includes("/api/shows/")
      ? show
      : { ticket: "ticket", expires_ms: 0 };
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
};

let counted = 0;
function numbers() {
  counted += 1;
  const paid = 212 + counted * 2 + (counted % 3);
  return {
    viewers: 1180 + Math.round(30 * Math.sin(counted / 2)),
    likes: 18_240,
    orders: paid + 19,
    paid,
    revenue_minor: paid * 2199,
    currency: "EUR",
  };
}

const element = document.createElement(`lh-${page}`) as HTMLElement & {
  show: WatchedShow;
  mayRun: boolean;
  openRoom: () => unknown;
  updateComplete: Promise<unknown>;
};
let room: FakeRoom | undefined;
element.openRoom = () => {
  room = fakeRoom(state === "guest");
  return room.client;
};
element.show = show;
element.mayRun = true;
document.querySelector("main")?.append(element);
await (page === "studio" ? import("../src/entries/studio") : import("../src/entries/watch"));
await customElements.whenDefined(`lh-${page}`);
await element.updateComplete;
await pause(150);

const inside = (selector: string) => element.shadowRoot?.querySelector(selector);
if (on && !video) {
  const picture = (inside("lh-player") as LhPlayer).shadowRoot?.querySelector("video");
  if (picture) {
    picture.srcObject = stagePicture(query.has("portrait"));
    await picture.play().catch(() => undefined);
  }
}
room?.talk();
await pause(150);
if (state === "bag") (inside("button.bag, #tab-offers") as HTMLElement).click();
if (state === "held" || state === "soldout") {
  room?.answerBuy(state === "held");
  element.shadowRoot
    ?.querySelector("lh-pin")
    ?.dispatchEvent(new CustomEvent("buy", { detail: "o1", bubbles: true, composed: true }));
}
if (state === "failed") {
  const chat = inside("lh-chat") as LhChat;
  const input = chat.shadowRoot?.querySelector("input");
  if (input) input.value = "Is it dishwasher safe?";
  room?.refuseSay();
  chat.shadowRoot?.querySelector("form")?.requestSubmit();
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** A made-up room behind the real client: a socket that answers by itself. */
import type { Offer, RoomState, Said } from "../src/generated/wire";
import type { Socket } from "../src/live/carriers/socket";
import { RoomClient } from "../src/live/client";

const offer = (rank: number, title: string, change: Partial<Offer> = {}): Offer => ({
  title,
  variant: "",
  image: "",
  price_minor: 1999,
  was_minor: 0,
  currency: "EUR",
  state: "open",
  left: 40,
  total: 60,
  limit: 2,
  opens_at: 0,
  closes_at: 0,
  rank,
  v: 1,
  ...change,
});

export const ROOM: RoomState = {
  show: { title: "The mug that keeps warm", state: "live", simulated: true, kind: "live" },
  stage: { pin: "o1" },
  offers: {
    o1: offer(1, "Evening mug with a lid", {
      variant: "Night blue / 350 ml",
      was_minor: 2900,
      left: 23,
      closes_at: Date.now() + 245_000,
    }),
    o2: offer(2, "Storm lantern", { price_minor: 4900, left: 3 }),
    o3: offer(3, "Linen apron with deep pockets and a very long name indeed", {
      variant: "M / flax",
      price_minor: 5900,
      state: "planned",
      opens_at: Date.now() + 95_000,
    }),
    o4: offer(4, "Walnut spoon", { price_minor: 900, left: 0 }),
    o5: offer(5, "Tea tin", { price_minor: 1450, state: "closed", left: 12 }),
  },
  counts: { viewers: 1204, likes: 18_240, orders: 231 },
};

const TALK: [string, string, string][] = [
  ["Mira", "Good evening from Bergen!", "viewer"],
  ["Jo", "Does the lid come off for washing?", "viewer"],
  ["Kiln & Co", "It does, and it goes into the dishwasher. Top rack, please.", "host"],
  ["小林", "这个杯子可以放进微波炉吗？", "viewer"],
  ["Sam", "The glaze is beautiful in this light", "viewer"],
  [
    "Ines",
    "Keep it friendly, everybody. Questions to the host in one line, so that they can be read out.",
    "moderator",
  ],
  ["Pat", "Just ordered two", "viewer"],
  ["Noor", "Is the blue one back next week?", "viewer"],
];

export interface FakeRoom {
  client: RoomClient;
  talk(): void;
  answerBuy(held: boolean): void;
  refuseSay(): void;
}

export function fakeRoom(guest: boolean): FakeRoom {
  let n = 1;
  let held: boolean | null = null;
  let refuse = false;
  const hear = (message: unknown) => socket.onmessage?.({ data: JSON.stringify(message) });
  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    close: () => undefined,
    send(text) {
      const message = JSON.parse(text);
      if (message.type === "join") welcome();
      if (message.type === "orders.buy" && held !== null)
        hear(held ? bought(message.id) : soldOut(message.id));
      if (message.type === "chat.say") hear(refuse ? slowDown(message.id) : said(message.id));
    },
  };
  function welcome(): void {
    hear({
      type: "welcome",
      you: { id: guest ? "" : "u9", name: guest ? "" : "Ann", role: "viewer", signed_in: !guest },
      server_ms: Date.now(),
      tick_ms: 250,
      epoch: 1,
    });
    hear({ n, epoch: 1, at: Date.now(), state: ROOM });
  }
  const client = new RoomClient({
    ticket: async () => "ticket",
    connect: () => {
      setTimeout(() => socket.onopen?.());
      return socket;
    },
  });
  const says = (list: Said[]) => {
    n += 1;
    hear({ n, epoch: 1, at: Date.now(), says: list });
  };
  return {
    client,
    talk() {
      says(TALK.map(([name, text, role], i) => [`c${i}`, `u${i}`, name, text, role]));
      says([
        ["p1", "M***", "o1", 1],
        ["p2", "小***", "o2", 2],
      ]);
    },
    answerBuy(yes) {
      held = yes;
    },
    refuseSay() {
      refuse = true;
    },
  };
}

const said = (id: string) => ({ type: "chat.said", id, shown: true });
const soldOut = (id: string) => ({
  type: "refused",
  id,
  code: "sold_out",
  message: "The last one went a moment ago.",
});
const slowDown = (id: string) => ({
  type: "refused",
  id,
  code: "too_many_requests",
  message: "Slow down a little: one line every two seconds.",
});
const bought = (id: string) => ({
  type: "orders.bought",
  id,
  state: "placed",
  total_minor: 1999,
  currency: "EUR",
  pay_by: Date.now() + 598_000,
  needs_address: false,
});

/** Whom a message of the room is for: who asked, or everybody who listens. */
import type { ServerMessage } from "../generated/wire";
import { Refused } from "../lib/http";
import type { Requests } from "./requests";
import type { Audience } from "./room";

export function deliver(message: ServerMessage, requests: Requests, audience: Audience): void {
  switch (message.type) {
    case "refused":
      if (requests.refuse(message)) return;
      return audience.tell((one) => one.refused?.(new Refused(message.code, message.message)));
    case "chat.said":
    case "orders.bought":
    case "orders.entered":
    case "crowd.noted":
    case "crowd.answered":
    case "crowd.grabbed":
      requests.answer(message);
      return;
    case "play.joined":
      if (requests.answer(message)) return;
      return audience.tell((one) => one.tookPart?.(message));
    case "play.voted":
      return audience.tell((one) => one.voted?.(message));
    case "play.drawn":
      return audience.tell((one) => one.played?.(message));
    case "crowd.outcome":
      return audience.tell((one) => one.outcome?.(message));
    case "orders.drawn":
      return audience.tell((one) => one.drawn?.(message));
    default:
      // A newer server may say more than we know.
      return;
  }
}

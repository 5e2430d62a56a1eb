"""A viewer: follows frames as a client must, likes, writes, buys, loses its connection, returns.

It believes nobody: every frame must follow the last one it has, and every answer must be true.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from livehouse.engine.canonical import State, hash_of
from livehouse.engine.folding import follow
from livehouse.engine.protocol import CloseCode, decode_frame, is_key
from livehouse.foundation.ids import RunId
from tests.simulation.links import PUSH_START, Link
from tests.simulation.loop import loop_here
from tests.simulation.nodes import Node
from tests.simulation.parts import Shared
from tests.simulation.shop import offer_of

# What a viewer would say to each of these codes: the others are met by coming back.
FINAL = {CloseCode.NO_SUCH_RUN, CloseCode.RUN_ENDED}
BUSY_SECONDS = 0.3
RECENT_REQUESTS = 3
LIKE_START = b'{"type":"room.like"'


class Viewer:
    """Its calls are those of a link; what it does of itself, the world's director asks for."""

    def __init__(self, name: str, number: int, run: RunId, role: str, shared: Shared) -> None:
        self.name = name
        self.id = f"u{UUID(int=0x9000 + number)}"
        self.run = run
        self.role = role
        self.n = 0
        self.state: State = {}
        self.link: Link | None = None
        self.lives = True
        self.is_over = False
        self.heard_at = 0.0
        self.asked: dict[str, bytes] = {}  # request: message
        self.bought: set[str] = set()
        # Asked again after a return even when answered: what a client has stored is not yet gone.
        self._recent: deque[bytes] = deque(maxlen=RECENT_REQUESTS)
        self._shared = shared
        self._requests = 0
        self._links = 0

    # Coming and going.

    def connect(self, node: Node) -> None:
        """Open a connection; it resumes after what it has, and asks again what was not answered."""
        self._links += 1
        self.link = Link(self, node, f"{self.name}.{self._links}")
        since = self.n or None
        self._shared.history.note(self.name, "joins", f"{node.name} since {since}")
        self.heard_at = loop_here().time()
        self._say({"type": "join", "ticket": f"{self.id} {self.role}", "since": since})
        self.ask_again()
        for message in self._recent:
            self.link.say(message)

    def cut(self, seconds: float | None) -> None:
        if self.link is not None:
            self._shared.history.note(self.name, "is cut off", f"server hears in {seconds}")
            self.link.cut(seconds)
            self.link = None

    def forget(self) -> None:
        """The page is loaded anew: it knows nothing of the room."""
        self.n, self.state = 0, {}

    # What people do.

    def like(self, count: int) -> None:
        if self.link is not None:
            self._shared.laws.likes_sent[self.run] += count
        self._say({"type": "room.like", "count": count})

    def write(self) -> None:
        self._ask({"type": "chat.say", "text": f"hello {self._requests}"})

    def buy(self, quantity: int) -> None:
        offer = str(offer_of(self.run).id)
        self._ask({"type": "orders.buy", "offer_id": offer, "quantity": quantity})

    def ask_again(self) -> None:
        """An impatient finger: every open request goes out once more."""
        for message in self.asked.values():
            if self.link is not None:
                self.link.say(message)

    def _try_again(self, request: str) -> None:
        """Nobody knows what became of it: the same request goes out again."""
        link = self.link

        def again() -> None:
            if link is not None and link is self.link and request in self.asked:
                link.say(self.asked[request])

        loop_here().call_later(BUSY_SECONDS, again)

    def _ask(self, message: dict[str, object]) -> None:
        if self.link is None:
            return
        self._requests += 1
        number = int(self.id[1:].replace("-", ""), 16) * 1_000 + self._requests
        request = str(UUID(int=(1 << 80) | (7 << 76) | (2 << 62) | number))
        payload = msgspec.json.encode({**message, "id": request})
        self.asked[request] = payload
        self._recent.append(payload)
        self._shared.history.note(self.name, str(message["type"]), request)
        self.link.say(payload)

    def _say(self, message: Mapping[str, object]) -> None:
        if self.link is not None:
            self.link.say(msgspec.json.encode(message))

    # What the link calls.

    def arrived(self, payload: bytes) -> None:
        """The server has it: from here on a heart must not get lost in good weather."""
        if payload.startswith(LIKE_START):
            self._shared.laws.likes_arrived[self.run] += msgspec.json.decode(payload)["count"]

    def dropped(self, link: Link, code: CloseCode | None) -> None:
        if link is self.link:
            self._shared.history.note(self.name, "is dropped", code.name if code else "lost")
            self.link = None
            self.is_over = code in FINAL

    def heard(self, link: Link, payload: bytes) -> None:
        if link is not self.link:
            return  # the rest of a connection that was given up
        self.heard_at = loop_here().time()
        if payload.startswith(PUSH_START):
            self._take_answer(msgspec.json.decode(payload))
        else:
            self._take_frame(payload)

    def _take_frame(self, payload: bytes) -> None:
        frame = decode_frame(payload)
        demand, about = self._shared.history.demand, f"{self.name} has n{self.n}, hears n{frame.n}"
        demand(frame.n > self.n, "no viewer is set back or told twice", about)
        demand(is_key(frame) or frame.n == self.n + 1, "no viewer misses a frame unknowing", about)
        if self._shared.history.broken:
            return
        self.state = follow(self.state, frame)
        self.n = frame.n
        demand(frame.hash in ("", hash_of(self.state)), "a viewer can check what it has", about)
        self._shared.laws.viewer_stands(self.run, self.n, self.state, self.name)

    def _take_answer(self, answer: dict[str, Any]) -> None:
        kind, request = answer["type"], answer.get("id", "")
        if kind == "chat.said":
            self._shared.laws.line_answered(
                self.run, f"c{request}", self.name, shown=answer["shown"]
            )
        elif kind == "orders.bought":
            self._shared.history.note(self.name, "has bought", request)
            durable = UUID(request) in self._shared.tables.orders
            self._shared.history.demand(durable, "an order confirmed is durable", request)
            self.bought.add(request)
        elif kind == "refused":
            self._shared.history.note(self.name, "is refused", f"{answer['code']} {request}")
            if answer["code"] == "busy":
                if request in self.asked:
                    self._try_again(request)
                return
            self._shared.history.demand(
                request not in self.bought, "an order confirmed stays confirmed", request
            )
        if kind != "welcome":
            self.asked.pop(request, None)

"""The laws that every history must keep, each asked where its event happens.

The reference is the log as it was committed: what each room was at each n, folded once, here.
"""

from collections import Counter
from dataclasses import dataclass, field

from msgspec import UNSET, Struct

from livehouse.engine.canonical import State, hash_of, is_over
from livehouse.engine.folding import follow
from livehouse.engine.ports import LoggedFrame
from livehouse.engine.protocol import Frame, decode_frame
from livehouse.foundation.ids import RunId
from tests.simulation.history import History


class Standing(Struct, frozen=True):
    """A room after one frame of the log."""

    payload: bytes
    hash: str


@dataclass(slots=True)
class Room:
    """What the log says of one run."""

    state: State | None = None
    n: int = 0
    at: int = 0
    epoch: int = 0
    standings: list[Standing] = field(default_factory=list)  # by n - 1
    said: Counter[str] = field(default_factory=Counter)
    retracted: set[str] = field(default_factory=set)
    holders: dict[int, str] = field(default_factory=dict)  # by epoch


@dataclass(slots=True)
class Laws:
    """Every method is an event; `history` tells which law it broke, if any."""

    history: History
    rooms: dict[RunId, Room] = field(default_factory=dict)
    likes_sent: Counter[RunId] = field(default_factory=Counter)
    likes_arrived: Counter[RunId] = field(default_factory=Counter)

    def room(self, run: RunId) -> Room:
        return self.rooms.setdefault(run, Room())

    # The database.

    def frame_committed(self, logged: LoggedFrame) -> None:
        """A frame is in the log: it must be the next one, from the newest conductor."""
        frame = decode_frame(logged.payload)
        room = self.room(logged.run)
        demand, name = self.history.demand, _name(logged.run, frame.n)
        self.history.note("log", "committed", f"{name} epoch {frame.epoch}")
        demand(frame.n == room.n + 1, "the log has no gap and no repeat", f"{name} after {room.n}")
        demand(frame.epoch >= room.epoch, "an earlier conductor writes nothing more", name)
        demand(frame.at > room.at, "programme time goes forward", name)
        demand(room.state is not None or frame.state is not UNSET, "a log begins whole", name)
        demand(room.state is None or not is_over(room.state), "nothing follows the end", name)
        room.state = follow(room.state or {}, frame)
        room.n, room.at, room.epoch = frame.n, frame.at, frame.epoch
        room.standings.append(Standing(logged.payload, hash_of(room.state)))
        demand(frame.hash in ("", room.standings[-1].hash), "a frame's hash is its state's", name)
        likes = counted(room.state, "likes")
        demand(likes <= self.likes_sent[logged.run], "no heart counts twice", f"{likes} in {name}")
        room.said.update(str(say[0]) for say in frame.says)
        room.retracted.update(frame.retract)
        for say in frame.says:
            demand(str(say[0]) not in room.retracted, "what was taken back stays away", name)
            demand(room.said[str(say[0])] == 1, "what is said is shown once", f"{say[0]} in {name}")

    def lease_held(self, run: RunId, holder: str, epoch: int) -> None:
        known = self.room(run).holders.setdefault(epoch, holder)
        self.history.note("lease", "held", f"r{run.int} epoch {epoch} by {holder}")
        self.history.demand(
            known == holder, "one node conducts", f"epoch {epoch} of r{run.int}: {known}, {holder}"
        )

    # Nodes.

    def frame_spread(self, run: RunId, payload: bytes, by: str) -> None:
        """What gateways may show is what the log has."""
        frame = decode_frame(payload)
        self.history.note(by, "spreads", _name(run, frame.n))
        self._is_durable(run, frame, payload, by)

    def frame_handed(self, run: RunId, payload: bytes, to: str) -> None:
        self._is_durable(run, decode_frame(payload), payload, to)

    def _is_durable(self, run: RunId, frame: Frame, payload: bytes, whose: str) -> None:
        room, demand = self.room(run), self.history.demand
        about = f"{_name(run, frame.n)} for {whose}"
        demand(frame.n <= room.n, "durable before seen", about)
        if frame.n > room.n:
            return
        logged = room.standings[frame.n - 1]
        if frame.state is UNSET:
            demand(payload == logged.payload, "one frame for each n", about)
        else:
            demand(hash_of(frame.state) == logged.hash, "one state for each n", about)

    # Viewers.

    def viewer_stands(self, run: RunId, n: int, state: State, whose: str) -> None:
        room = self.room(run)
        same = n <= room.n and hash_of(state) == room.standings[n - 1].hash
        self.history.demand(same, "the same state everywhere", f"{_name(run, n)} at {whose}")

    def line_answered(self, run: RunId, line: str, author: str, *, shown: bool) -> None:
        self.history.note(author, "is told", f"{line} {'shown' if shown else 'hidden'}")
        if shown:
            self.history.demand(
                self.room(run).said[line] > 0, "a line called shown is in the log", line
            )


def counted(state: State, what: str) -> int:
    """One of the room's counts."""
    counts = state.get("counts")
    found = counts.get(what, 0) if isinstance(counts, dict) else 0
    assert isinstance(found, int), "counts are numbers"
    return found


def _name(run: RunId, n: int) -> str:
    return f"r{run.int} n{n}"

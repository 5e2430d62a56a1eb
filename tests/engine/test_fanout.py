"""A large room gets a frame in slices: everyone gets every frame once and in order, whoever comes,
leaves or falls behind between two slices."""

from collections.abc import Coroutine

from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from livehouse.engine import limits
from livehouse.engine.fanout import Fanout
from livehouse.engine.protocol import HEADROOM_BYTES, CloseCode
from livehouse.engine.rates import TokenBucket
from livehouse.engine.session import Session
from tests.support.engine_viewers import RUN, FakeTransport, Keeper, Show

SIZE = limits.FANOUT_SLICE * 2 + 10
steps = st.lists(
    st.sampled_from(["frame", "slice", "leave", "come", "pause and return"]), max_size=40
)


class Counting(FakeTransport):
    """Notes the number of each frame that it is handed."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[int] = []

    @override
    def hand(self, parcel: bytearray, offset: int) -> None:
        self.got.append(int(parcel[offset:]))


class Broken(FakeTransport):
    @override
    def hand(self, parcel: bytearray, offset: int) -> None:
        raise RuntimeError("a bug in a transport")


class Crowd:
    """Viewers who note which frames they got, and the fan-out between them and the frames."""

    def __init__(self) -> None:
        self.now = 0
        self.n = 0
        self.works: list[Coroutine[object, object, None]] = []
        self.fanout = Fanout(self.works.append, lambda: self.now)
        self.show = Show()
        self.got: dict[Session, list[int]] = {}
        for _ in range(SIZE):
            self.come()

    def come(self) -> Session:
        transport = Counting()
        session = Session(
            RUN, transport, Keeper(self.show), "", now_ms=0, messages=TokenBucket(1, 1)
        )
        self.got[session] = transport.got
        self.fanout.add(session, self.n)
        return session

    def frame(self) -> None:
        self.n += 1
        self.fanout.send(self.n, bytearray(HEADROOM_BYTES) + str(self.n).encode())

    def slice(self) -> None:
        """Let every task that hands out do one slice, as a loop would."""
        for work in tuple(self.works):
            try:
                work.send(None)
            except StopIteration:
                self.works.remove(work)

    def finish(self) -> None:
        while self.works:
            self.slice()


@given(steps)
def test_everyone_gets_every_frame_once_and_in_order(script: list[str]) -> None:
    crowd = Crowd()
    began = dict.fromkeys(crowd.got, 0)
    for number, what in enumerate(script):
        session = list(began)[number * 37 % len(began)]
        if what == "frame":
            crowd.frame()
        elif what == "slice":
            crowd.slice()
        elif what == "come":
            began[crowd.come()] = crowd.n
        else:
            last = crowd.fanout.remove(session)
            got = crowd.got[session]
            assert last == (got[-1] if got else began[session])
            if what == "leave":
                del began[session]
            else:  # served from the ring meanwhile
                got.extend(range(last + 1, crowd.n + 1))
                crowd.fanout.add(session, crowd.n)
    crowd.finish()

    for session, since in began.items():
        assert crowd.got[session] == list(range(since + 1, crowd.n + 1))


def test_others_work_between_the_slices_of_a_large_room() -> None:
    crowd = Crowd()
    crowd.frame()
    crowd.slice()
    early = sum(map(len, crowd.got.values()))
    crowd.finish()

    assert (early, sum(map(len, crowd.got.values()))) == (limits.FANOUT_SLICE, SIZE)


def test_a_frame_that_cannot_be_handed_over_ends_one_session_and_no_other() -> None:
    crowd = Crowd()
    broken = Broken()
    session = Session(RUN, broken, Keeper(crowd.show), "", now_ms=0, messages=TokenBucket(1, 1))
    crowd.fanout.add(session, 0)
    crowd.frame()
    crowd.finish()

    assert broken.closed == (CloseCode.TOO_SLOW, "")
    assert all(got == [1] for got in crowd.got.values())


def test_the_slowest_frame_is_what_a_node_tells() -> None:
    crowd = Crowd()
    crowd.frame()
    crowd.now += 70
    crowd.finish()
    crowd.frame()
    crowd.now += 30
    crowd.finish()

    assert (crowd.fanout.take_lag_ms(), crowd.fanout.take_lag_ms()) == (70, 0)


def test_frames_never_pile_up_without_bound() -> None:
    crowd = Crowd()
    for _ in range(limits.FANOUT_BATCHES_MAX + 3):
        crowd.frame()
    least = min(len(got) for got in crowd.got.values())
    crowd.finish()

    assert least == 3

"""A behaviour made of one fold per kind of fact, as the domains bring them."""

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from msgspec.json import Decoder

from livehouse.engine.canonical import State
from livehouse.engine.ports import Change, RoomFact
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import RunId

F = TypeVar("F", bound=Fact)
_Read: TypeAlias = Callable[[State, bytes, int], Change]

NO_CHANGE = Change()


class Fold:
    """One kind of fact and what it does to a room: `Fold(OfferOpened, offer_opened)`."""

    def __init__(self, fact: type[F], fold: Callable[[State, F, int], Change]) -> None:
        tag = fact.__struct_config__.tag
        assert isinstance(tag, str), "a fact needs a tag"
        decoder = Decoder(fact)
        self.kind = tag
        self.read: _Read = lambda state, payload, at_ms: fold(state, decoder.decode(payload), at_ms)


class Folds:
    """Facts of other kinds change nothing: a room need not know every domain."""

    def __init__(self, seed: Callable[[RunId], State], folds: Iterable[Fold]) -> None:
        self._seed = seed
        self._folds: dict[str, _Read] = {}
        for fold in folds:
            assert fold.kind not in self._folds, f"two folds for {fold.kind}"
            self._folds[fold.kind] = fold.read

    def seed(self, run: RunId) -> State:
        return self._seed(run)

    def fold(self, state: State, fact: RoomFact, at_ms: int) -> Change:
        read = self._folds.get(fact.kind)
        return NO_CHANGE if read is None else read(state, fact.payload, at_ms)

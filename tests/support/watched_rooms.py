"""Rooms whose frames come when a test says so."""

import msgspec

from livehouse.domains.crowd import live as crowd_live
from livehouse.domains.offers import live as offers_live
from livehouse.domains.orders import live as orders_live
from livehouse.domains.play import live as play_live
from livehouse.engine.canonical import State
from livehouse.engine.folds import Folds
from livehouse.engine.patches import apply
from livehouse.engine.ports import RoomFact
from livehouse.foundation.ids import OfferId, RunId
from livehouse.storage.database import Database
from livehouse.storage.outbox import Cursor, Outbox


class WatchedRooms:
    """Folded from the facts as real ones are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.state: State = {}

    async def show(self) -> State:
        """Everything that has happened by now comes in one frame."""
        found = await Outbox(self._database.pool).read(Cursor(), limit=1_000)
        folds = Folds(
            lambda _: {},
            (*offers_live.FOLDS, *orders_live.FOLDS, *crowd_live.FOLDS, *play_live.FOLDS),
        )
        self.state = {}
        for fact in found.facts:
            if fact.run_id is not None:
                told = RoomFact((1, 1), RunId(fact.run_id), fact.kind, fact.payload)
                self.state = apply(self.state, folds.fold(self.state, told, 0).patch)
        return self.state

    def fair(self, offer_id: OfferId) -> dict[str, object]:
        """What the newest frame says of a fair opening; empty where there is none."""
        offers = self.state.get("offers")
        card = offers.get(str(offer_id)) if isinstance(offers, dict) else None
        found = card.get("fair") if isinstance(card, dict) else None
        return dict(found) if isinstance(found, dict) else {}

    async def latest(self, run: RunId) -> bytes | None:  # noqa: ARG002 - there is one
        return msgspec.json.encode({"n": 1, "state": self.state})

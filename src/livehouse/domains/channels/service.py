"""What people do with channels, and what the node that pushes them reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from livehouse.domains.channels import model, store
from livehouse.domains.channels.errors import KeyLost, TermsNotConfirmed, TooManyChannels
from livehouse.domains.channels.model import Channel, ChannelState, Destination, PushedRun
from livehouse.domains.shows import RunKind, Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource, PersonId, RoomId
from livehouse.storage.database import Database
from livehouse.storage.sealing import Seal, SealBroken


@dataclass(slots=True)
class Channels:
    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    seal: Seal

    async def add(
        self, room_id: RoomId, *, name: str, server: str, key: str, confirmed: bool, by: PersonId
    ) -> Channel:
        """Who adds a channel says once that they may show it there."""
        if not confirmed:
            raise TermsNotConfirmed
        destination = model.checked_destination(server, key)
        channel = Channel(
            id=self.ids.new(), room_id=room_id, name=model.checked_name(name),
            server=destination.shown, sealed=self.seal.close(destination.text),
            is_on=True, starts=1, confirmed_by=by, confirmed_at=self.clock.now(), state="ended",
            problem="", kbps=0, dropped=0, restarts=0,
        )  # fmt: skip
        async with self.database.transaction() as tx:
            if await store.count(tx, room_id) >= model.CHANNELS_MAX:
                raise TooManyChannels(most=model.CHANNELS_MAX)
            await store.add(tx, channel)
        return channel

    async def of_rooms(self, room_ids: Sequence[RoomId]) -> list[Channel]:
        async with self.database.transaction() as tx:
            return await store.of_rooms(tx, room_ids)

    async def one(self, channel_id: UUID) -> Channel:
        async with self.database.transaction() as tx:
            return await store.one(tx, channel_id)

    async def start(self, channel_id: UUID) -> None:
        """Push it with every show of its room, and try again where it was given up."""
        async with self.database.transaction() as tx:
            await store.start(tx, channel_id)

    async def stop(self, channel_id: UUID) -> None:
        async with self.database.transaction() as tx:
            await store.change(tx, channel_id, is_on=False, state="ended", problem="", kbps=0)

    async def remove(self, channel_id: UUID) -> None:
        async with self.database.transaction() as tx:
            await store.forget(tx, channel_id)

    async def to_push(self, node: str) -> list[PushedRun]:
        """The runs on air whose video that node makes; rehearsals stay at home."""
        live = {
            show.run.id: show.room.id
            for show in await self.shows.on_air()
            if show.run is not None and show.run.kind is RunKind.LIVE
        }
        if not live:
            return []
        async with self.database.transaction() as tx:
            found = await store.of_rooms(tx, list(set(live.values())))
            ours = await store.runs_of_node(tx, node, list(live)) if found else set()
        return [
            PushedRun(run_id, tuple(one for one in found if one.room_id == room_id))
            for run_id, room_id in live.items()
            if run_id in ours and any(one.room_id == room_id for one in found)
        ]

    def destination(self, channel: Channel) -> Destination:
        """With its key, for the media process alone; `KeyLost` where it cannot be read."""
        try:
            return msgspec.json.decode(self.seal.open(channel.sealed), type=Destination)
        except SealBroken as broken:
            raise KeyLost from broken

    async def tell(
        self, channel_id: UUID, state: ChannelState, *, problem: str, kbps: int, dropped: int,
        restarts: int,
    ) -> None:  # fmt: skip
        async with self.database.transaction() as tx:
            await store.change(
                tx, channel_id, state=state, problem=problem, kbps=kbps, dropped=dropped,
                restarts=restarts,
            )  # fmt: skip

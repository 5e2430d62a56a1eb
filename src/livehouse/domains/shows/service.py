"""What people do with rooms and shows: one method, one transaction."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from livehouse.domains.shows import model, store
from livehouse.domains.shows.errors import NotLive, ShowChanged
from livehouse.domains.shows.events import RunEnded, RunStarted, ShowScheduled
from livehouse.domains.shows.model import (
    STREAM_NONCE_BYTES,
    Edit,
    Ended,
    Hosts,
    HouseForms,
    Nearby,
    PictureForm,
    Room,
    Run,
    RunKind,
    Scheduled,
    SecondCamera,
    Show,
    StreamAccess,
    Where,
)
from livehouse.domains.shows.ports import Archive, EditHook, PlanHook, RunHook
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource, RoomId, RunId, ShowId, StoreId
from livehouse.foundation.places import Spot
from livehouse.storage.database import Database, Transaction

LISTED_MAX = 60
AGAIN_MAX = 12
CITIES_MAX = 24


@dataclass(slots=True)
class Shows:
    database: Database
    clock: Clock
    ids: IdSource
    hooks: Sequence[RunHook] = ()
    plan_hooks: Sequence[PlanHook] = ()
    edit_hooks: Sequence[EditHook] = ()
    hosts: Hosts = Hosts()  # noqa: RUF009 - it is frozen
    # Called after a run has started or ended, so that this node need not wait for its next look.
    nudges: list[Callable[[], None]] = field(default_factory=list)
    archive: Archive | None = None
    forms: HouseForms = HouseForms()  # noqa: RUF009 - it is frozen

    async def create_room(self, store_id: StoreId, slug: str, title: str) -> Room:
        room = Room(
            RoomId(self.ids.new()), model.checked_slug(slug), store_id, model.checked_title(title)
        )
        async with self.database.transaction() as tx:
            await store.add_room(tx, room, self.clock.now())
        return room

    async def schedule(  # noqa: PLR0913 - what a show is planned with
        self,
        room_slug: str,
        slug: str,
        title: str,
        *,
        starts_at: datetime,
        description: str = "",
        simulated: bool = False,
        source: str = "",
        form: PictureForm = PictureForm(),  # noqa: B008 - it is frozen
    ) -> Show:
        description = model.checked_description(description)
        starts_at = model.checked_start(starts_at, self.clock.now())
        async with self.database.transaction() as tx:
            room = await store.room_by_slug(tx, room_slug)
            show = Show(
                id=ShowId(self.ids.new()),
                slug=model.checked_slug(slug),
                room=room,
                title=model.checked_title(title),
                description=description,
                state=Scheduled(starts_at),
                starts_at=starts_at,
                simulated=simulated,
                source=source,
                form=model.checked_form(form, self.forms),
            )
            await store.add_show(tx, show, self.clock.now())
            tx.record(ShowScheduled(show.id))
            for hook in self.plan_hooks:
                await hook.planned(tx, show)
        return show

    async def rehearse(self, slug: str) -> Show:
        return await self._start(slug, RunKind.REHEARSAL)

    async def go_live(self, slug: str) -> Show:
        return await self._start(slug, RunKind.LIVE)

    async def end(self, slug: str) -> Show:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            show = model.end(await store.lock_show(tx, slug), now)
            assert show.run is not None, "only what has a run can end"
            await store.end_run(tx, show.run)
            await store.save_state(tx, show, now)
            tx.record(RunEnded(show.run.id, show.id), run_id=show.run.id)
            for hook in self.hooks:
                await hook.run_ended(tx, show, show.run)
        self._nudge()
        return show

    async def cancel(self, slug: str) -> Show:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            before = await store.lock_show(tx, slug)
            show = model.cancel(before, now)
            await store.save_state(tx, show, now)
            for hook in self.edit_hooks:
                await hook.edited(tx, before, show, openings_follow=False)
        return show

    async def edit(
        self, slug: str, edit: Edit, *, version: int, openings_follow: bool = True
    ) -> Show:
        """Change what a show to come says of itself; `version` is the one that was read.

        Of two who edit at once the later one is told, so nobody takes back what they have not seen.
        """
        async with self.database.transaction() as tx:
            before = await store.lock_show(tx, slug)
            if before.version != version:
                raise ShowChanged
            show = model.edited(before, edit, self.clock.now())
            if show != before:
                await store.save_edit(tx, show, self.clock.now())
                for hook in self.edit_hooks:
                    await hook.edited(tx, before, show, openings_follow=openings_follow)
        return show

    async def choose_source(self, slug: str, source: str) -> Show:
        """`CAMERA`, `TEST_STAGE`, or the path of a file that `Videos` has named."""
        async with self.database.transaction() as tx:
            show = model.choose_source(await store.lock_show(tx, slug), source)
            await store.save_source(tx, show)
        self._nudge()
        return show

    async def choose_form(self, slug: str, form: PictureForm) -> Show:
        """How its picture goes out from the next time it is on."""
        form = model.checked_form(form, self.forms)
        async with self.database.transaction() as tx:
            show = model.choose_form(await store.lock_show(tx, slug), form)
            await store.save_form(tx, show)
        return show

    async def by_slug(self, slug: str) -> Show:
        async with self.database.transaction() as tx:
            return await store.show_by_slug(tx, slug)

    async def in_transaction(self, tx: Transaction, slug: str) -> Show:
        """The show, within a use case of another domain."""
        return await store.show_by_slug(tx, slug)

    async def locked(self, tx: Transaction, slug: str, *, shared: bool = False) -> Show:
        """The show, which nobody else changes until the commit; `shared` among who only read."""
        return await store.lock_show(tx, slug, shared=shared)

    async def has_rehearsed(self, tx: Transaction, show_id: ShowId) -> bool:
        """Whether a rehearsal of the show is over, within a use case of another domain."""
        return await store.has_rehearsed(tx, show_id)

    async def by_id(self, tx: Transaction, show_id: ShowId) -> Show:
        """The show, within a use case of another domain."""
        return await store.show_by_id(tx, show_id)

    async def of_ids(self, show_ids: Sequence[ShowId]) -> dict[ShowId, Show]:
        """These shows, for a page that has found them by an index of its own."""
        async with self.database.transaction() as tx:
            return await store.shows_by_ids(tx, show_ids)

    async def rooms_by_ids(self, room_ids: Sequence[RoomId]) -> dict[RoomId, Room]:
        async with self.database.transaction() as tx:
            return await store.rooms_by_ids(tx, room_ids)

    async def of_run(self, run_id: RunId) -> Show:
        """The show a run belongs to, with that run as its current one."""
        async with self.database.transaction() as tx:
            return await store.show_of_run(tx, run_id)

    async def room(self, slug: str) -> tuple[Room, list[Show]]:
        """The room with its shows: on air, next, and over."""
        async with self.database.transaction() as tx:
            room = await store.room_by_slug(tx, slug)
            found = await store.listed(
                tx, states=("live", "scheduled", "ended"), newest_first=True,
                limit=LISTED_MAX, room_id=room.id,
            )  # fmt: skip
        return room, await self._worth_listing(found)

    async def rooms_of(self, store_id: StoreId) -> list[Room]:
        async with self.database.transaction() as tx:
            return await store.rooms_of(tx, store_id)

    async def of_stores(self, store_ids: Sequence[StoreId]) -> list[Show]:
        async with self.database.transaction() as tx:
            return await store.listed(
                tx, states=("live", "scheduled", "ended", "cancelled"), newest_first=True,
                limit=LISTED_MAX, store_ids=store_ids,
            )  # fmt: skip

    async def coming(self, tx: Transaction, store_id: StoreId, limit: int) -> list[Show]:
        """What comes next at a store, within a use case of another domain."""
        return await store.coming(tx, store_id, self.clock.now(), limit)

    async def front_page(self) -> tuple[list[Show], list[Show], list[Show]]:
        """What is on, what is next, and what can be watched again."""
        async with self.database.transaction() as tx:
            on = await store.listed(tx, states=("live",), newest_first=True, limit=LISTED_MAX)
            coming = await store.listed(
                tx, states=("scheduled",), newest_first=False, limit=LISTED_MAX
            )
            over = await store.listed(tx, states=("ended",), newest_first=True, limit=LISTED_MAX)
        return on, coming, (await self._worth_listing(over))[:AGAIN_MAX]

    async def settle(self, tx: Transaction, show: Show, where: Where) -> None:
        """Say where a show comes from, within a use case of another domain."""
        where = model.checked_where(where)
        if where != show.where:
            changed = replace(show, where=where, version=show.version + 1)
            await store.save_edit(tx, changed, self.clock.now())

    async def near(self, *, spot: Spot | None = None, city: str = "") -> list[Nearby]:
        """What is on or to come around `spot`, the nearest first; or in a city, or in any."""
        async with self.database.transaction() as tx:
            if spot is None or city:
                return [Nearby(one, None) for one in await store.in_city(tx, city, LISTED_MAX)]
            found = await store.nearest(tx, spot, LISTED_MAX)
        return model.by_distance(found, spot)

    async def cities(self) -> list[str]:
        """Where shows are on or to come, the most of them first."""
        async with self.database.transaction() as tx:
            return await store.cities(tx, CITIES_MAX)

    async def playing(self, tx: Transaction, name: str) -> Show | None:
        """A show to come, or on air, that plays the file of that name."""
        return await store.playing(tx, name)

    async def on_air(self) -> list[Show]:
        """Every show with a run that goes on, rehearsals included."""
        async with self.database.transaction() as tx:
            return await store.runs_on(tx)

    async def due(self) -> list[Show]:
        """Shows that were filmed before, and are to begin by themselves now."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            found = await store.filmed_before(tx, since=now - model.BEGINS_BY_ITSELF_FOR, until=now)
        return [show for show in found if model.is_due(show, now)]

    async def runs_to_conduct(self, ended_lately: timedelta) -> list[RunId]:
        """Runs that are on, and those that ended within `ended_lately`."""
        async with self.database.transaction() as tx:
            return await store.run_ids_since(tx, self.clock.now() - ended_lately)

    async def running(self, tx: Transaction, slug: str) -> tuple[Show, Run]:
        """The show and the run that is on, for use cases that change what is in the room."""
        show = await store.lock_show(tx, slug)
        if show.run is None or not show.run.on:
            raise NotLive
        return show, show.run

    async def _start(self, slug: str, kind: RunKind) -> Show:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            show = await store.lock_show(tx, slug)
            run = Run(RunId(self.ids.new()), show.id, kind, now)
            start = model.go_live if kind is RunKind.LIVE else model.rehearse
            show = start(show, run)
            await store.add_run(tx, run)
            await store.save_state(tx, show, now)
            started = RunStarted(run.id, show.id, kind.value, show.title, show.simulated)
            tx.record(started, run_id=run.id)
            for hook in self.hooks:
                await hook.run_started(tx, show, run)
        self._nudge()
        return show

    async def _worth_listing(self, found: list[Show]) -> list[Show]:
        """Without what is over and was not recorded: nobody can watch it again."""
        if self.archive is None:
            return found
        over = [show.run.id for show in found if show.recorded and show.run]
        playable = await self.archive.playable(over) if over else ()
        return [
            show
            for show in found
            if not isinstance(show.state, Ended) or (show.run and show.run.id in playable)
        ]

    def _nudge(self) -> None:
        for nudge in self.nudges:
            nudge()


@dataclass(slots=True)
class StreamKeys:
    """Each room has one stream key. It is shown to its hosts as often as they like, and kept
    nowhere: whoever reads the database has none (decision 0114)."""

    database: Database
    clock: Clock
    secret: bytes
    chance: Callable[[int], bytes] = secrets.token_bytes

    async def of_room(self, room_id: RoomId) -> tuple[str, StreamAccess]:
        """The key and its terms; made when somebody first asks."""
        async with self.database.transaction() as tx:
            found = await store.stream_access(tx, room_id=room_id)
        if found is None or await self.room_of(self._key(found)) is None:
            return await self.rotate(room_id)
        return self._key(found), found

    async def rotate(self, room_id: RoomId) -> tuple[str, StreamAccess]:
        """Another key; the one before it opens nothing any more."""
        return await self._change(room_id, nonce=self.chance(STREAM_NONCE_BYTES))

    async def set_second(self, room_id: RoomId, second: SecondCamera) -> None:
        await self.of_room(room_id)
        await self._change(room_id, second=second)

    async def room_of(self, key: str) -> StreamAccess | None:
        """Whose key it is. One that was made with another secret of the house is nobody's."""
        async with self.database.transaction() as tx:
            found = await store.stream_access(tx, key_hash=model.stream_key_hash(key))
        return found if found is not None and self._key(found) == key else None

    async def _change(self, room_id: RoomId, **values: object) -> tuple[str, StreamAccess]:
        async with self.database.transaction() as tx:
            await store.lock_room(tx, room_id)
            found = await store.stream_access(tx, room_id=room_id)
            access = replace(found or StreamAccess(room_id, b""), **values)
            key = self._key(access)
            await store.save_stream_access(tx, access, model.stream_key_hash(key), self.clock.now())
        return key, access

    def _key(self, access: StreamAccess) -> str:
        return model.stream_key(self.secret, access.nonce)

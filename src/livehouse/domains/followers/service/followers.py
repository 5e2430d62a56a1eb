"""Following a store, its sums, and one's own data."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from livehouse.domains.followers.model import (
    RETURNS_WITHIN,
    Followed,
    Following,
    Reach,
    every_day,
    follow,
    leave,
)
from livehouse.domains.followers.store import follows as store
from livehouse.domains.followers.store import news
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId, ShowId, StoreId
from livehouse.storage.database import Transaction
from livehouse.web.i18n import zone_of

DAYS_SHOWN = 30
SHOWS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Followers:
    """On the database and by the clock of the shows."""

    shows: Shows
    stores: Stores

    async def follow(self, slug: str, person_id: PersonId, *, show: str = "") -> Following:
        """Follow a store; asking again changes nothing. `show` names the one that they are in."""
        store_ = await self.stores.by_slug(slug)
        show_id = await self._gathered_in(store_.id, show)
        now = self.shows.clock.now()
        async with self.shows.database.transaction() as tx:
            before = await store.lock(tx, store_.id, person_id)
            change = follow(before, show_id, now, _day(store_, now))
            if change is not None and before is not None:
                await store.save(tx, store_.id, person_id, change.standing)
            elif change is not None:
                is_new = await store.add(tx, store_.id, person_id, change.standing)
                change = change if is_new else None
            if change is not None:
                await store.count(tx, store_.id, change)
            return Following(store_, await store.followers(tx, store_.id), follows=True)

    async def leave(self, slug: str, person_id: PersonId) -> Following:
        """Follow a store no more; letters that wait are not sent."""
        store_ = await self.stores.by_slug(slug)
        now = self.shows.clock.now()
        async with self.shows.database.transaction() as tx:
            before = await store.lock(tx, store_.id, person_id)
            change = leave(before, now, _day(store_, now))
            if change is not None:
                await store.save(tx, store_.id, person_id, change.standing)
                await news.remove_of(tx, person_id, store_.id)
                await store.count(tx, store_.id, change)
            return Following(store_, await store.followers(tx, store_.id), follows=False)

    async def standing(self, slug: str, person_id: PersonId | None) -> Following:
        store_ = await self.stores.by_slug(slug)
        async with self.shows.database.transaction() as tx:
            count = await store.followers(tx, store_.id)
            people = () if person_id is None else (person_id,)
            return Following(store_, count, follows=bool(await self.among(tx, store_.id, people)))

    async def among(
        self, tx: Transaction, store_id: StoreId, people: Collection[PersonId]
    ) -> frozenset[PersonId]:
        """Those of them who follow a store, within a use case of another domain."""
        return await store.among(tx, store_id, people) if people else frozenset()

    async def of_person(self, person_id: PersonId) -> list[Followed]:
        """The stores that somebody follows, the newest first."""
        async with self.shows.database.transaction() as tx:
            return await store.of_person(tx, person_id)

    async def reach(self, store_: Store) -> Reach:
        """How many follow, who came and went in the last days, and in which shows they came."""
        today = _day(store_, self.shows.clock.now())
        since = today - timedelta(days=DAYS_SHOWN - 1)
        async with self.shows.database.transaction() as tx:
            return Reach(
                await store.followers(tx, store_.id),
                every_day(await store.by_day(tx, store_.id, since), today, DAYS_SHOWN),
                await store.by_show(tx, store_.id, SHOWS_SHOWN_MAX),
            )

    async def forget(self) -> int:
        """Forget who has stopped following a while ago, and what was told then."""
        before = self.shows.clock.now() - RETURNS_WITHIN
        async with self.shows.database.transaction() as tx:
            return await store.forget(tx, before) + await news.forget(tx, before)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.shows.database.transaction() as tx:
            found = await store.known(tx, person_id)
        return {
            "follows": [
                {"store": str(store_id), "since": one.since, "until": one.left_at}
                for store_id, one in found
            ]
        }

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Stores lose a follower, and nothing says whom."""
        now = self.shows.clock.now()
        found = {store_id for store_id, _ in await store.known(tx, person_id)}
        await news.remove_of(tx, person_id)
        changes = {}
        for store_ in sorted(await self.stores.stores(found), key=attrgetter("id")):
            before = await store.lock(tx, store_.id, person_id)
            changes[store_.id] = leave(before, now, _day(store_, now))
        await store.remove_of(tx, person_id)
        for store_id, change in changes.items():
            if change is not None:
                await store.count(tx, store_id, change)

    async def _gathered_in(self, store_id: StoreId, slug: str) -> ShowId | None:
        """The show, where it is one of this store's: others gather nobody for it."""
        if not slug:
            return None
        try:
            show = await self.shows.by_slug(slug)
        except NotFound:
            return None
        return show.id if show.room.store_id == store_id else None


def _day(store_: Store, moment: datetime) -> date:
    return moment.astimezone(zone_of(store_.time_zone)).date()

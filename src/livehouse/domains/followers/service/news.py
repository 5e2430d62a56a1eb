"""Tells followers what a store has planned and what has begun: in batches, nothing lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.followers.model import (
    BEGUN_LATELY,
    SHOWS_NAMED_MAX,
    FollowLetter,
    Happening,
    NewsKind,
    is_on,
    letter_at,
    planned_due,
    tells_of_beginning,
)
from livehouse.domains.followers.ports import Reminded, nobody
from livehouse.domains.followers.service.followers import Followers
from livehouse.domains.followers.service.letters import StoreLetters
from livehouse.domains.followers.store import follows
from livehouse.domains.followers.store import news as store
from livehouse.domains.people import Mail, Mailer, People, Post
from livehouse.domains.shows import Run, RunKind, Show
from livehouse.domains.stores import Store
from livehouse.foundation.errors import NotFound
from livehouse.storage.database import Transaction
from livehouse.web.i18n import zone_of

# So many followers in one transaction, and so many of these in one look.
BATCH = 1_000
BATCHES_PER_LOOK_MAX = 20
SENT_PER_LOOK_MAX = 10_000
TAKEN_AT_ONCE_MAX = 200
SENT_AT_ONCE_MAX = 10
# Longer than all letters that are taken at once may take: meanwhile nobody else sends them.
SENDING_DURATION = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class News:
    """`tell` and `send_due` are work that is done again and again, on many nodes at once. Who was
    `reminded` of a show is not told as well that it has begun."""

    followers: Followers
    people: People
    mailer: Mailer
    letters: StoreLetters
    reminded: Reminded = nobody

    async def planned(self, tx: Transaction, show: Show) -> None:
        """A show is planned (a `PlanHook`): one letter a day tells of all that come."""
        now, store_id = self.followers.shows.clock.now(), show.room.store_id
        due_at = planned_due(await store.last(tx, store_id, NewsKind.PLANNED), now)
        id_ = self.followers.shows.ids.new()
        await store.add(tx, Happening(id_, store_id, NewsKind.PLANNED, now), due_at)

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """A show begins (a `RunHook`); nobody hears of a rehearsal."""
        now, store_id = self.followers.shows.clock.now(), show.room.store_id
        if run.kind is not RunKind.LIVE:
            return
        if tells_of_beginning(await store.last(tx, store_id, NewsKind.BEGUN), now):
            id_ = self.followers.shows.ids.new()
            await store.add(tx, Happening(id_, store_id, NewsKind.BEGUN, now, show.id), now)

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """What is over is told of no more: each letter looks by itself."""

    async def tell(self) -> int:
        """Write letters to followers, a thousand in a transaction: whoever dies in between, the
        next goes on behind the last who has one. Returns for how many followers."""
        told = 0
        for _ in range(BATCHES_PER_LOOK_MAX):
            async with self.followers.shows.database.transaction() as tx:
                one = await store.take(tx, self.followers.shows.clock.now())
                if one is None:
                    break
                told += await self._tell_batch(tx, one)
        return told

    async def _tell_batch(self, tx: Transaction, one: Happening) -> int:
        now = self.followers.shows.clock.now()
        people = await follows.after(tx, one.store_id, one.told_to, BATCH)
        if one.kind is NewsKind.BEGUN and now - one.made_at > BEGUN_LATELY:
            people = []
        if people:
            zones = await self.people.accounts.zones(tx, people)
            if one.show_id is not None:
                for person_id in await self.reminded(tx, one.show_id, people):
                    zones.pop(person_id, None)
            planned = {
                person_id: letter_at(one.kind, now, zone_of(zone or self.letters.time_zone))
                for person_id, zone in zones.items()
            }
            await store.write(tx, one, {id_: at for id_, at in planned.items() if at is not None})
        await store.told(tx, one, people[-1] if len(people) == BATCH else None)
        return len(people)

    async def send_due(self, kind: NewsKind) -> int:
        """Send letters of one kind; what has begun waits behind nothing that is planned. Returns
        how many were looked at."""
        shows = self.followers.shows
        post = Post(
            shows.database, shows.clock, self.mailer, store.Queue(kind),
            at_once=TAKEN_AT_ONCE_MAX, lasts=SENDING_DURATION, lanes=SENT_AT_ONCE_MAX,
        )  # fmt: skip
        looked = 0
        while looked < SENT_PER_LOOK_MAX:
            taken = await post.send_due(self._written)
            looked += taken
            if taken < TAKEN_AT_ONCE_MAX:
                break
        return looked

    async def _written(self, letter: FollowLetter) -> Mail | None:
        """The letter; None where nobody reads it, or there is nothing to say any more."""
        async with self.followers.shows.database.transaction() as tx:
            if not await self.followers.among(tx, letter.store_id, [letter.person_id]):
                return None
            shows = await self._shows(tx, letter)
        person = await self.people.accounts.reader(letter.person_id)
        if person is None or not shows:
            return None
        store_ = await self.followers.stores.store(letter.store_id)
        return self.letters.written(letter.kind, store_, shows, person)

    async def _shows(self, tx: Transaction, letter: FollowLetter) -> Sequence[Show]:
        shows = self.followers.shows
        if letter.show_id is None:
            return await shows.coming(tx, letter.store_id, SHOWS_NAMED_MAX)
        show = await shows.by_id(tx, letter.show_id)
        return [show] if is_on(show, shows.clock.now()) else []

    async def way_out(self, slug: str, word: str, *, goes: bool = False) -> Store:
        """The store that a letter's word leads out of; `goes`: its reader follows it no more.

        Raises `NotFound` for a word that is not of a letter about this store.
        """
        opened = self.letters.opened(word)
        if opened is None or opened[1] != slug:
            raise NotFound
        if goes:
            return (await self.followers.leave(slug, opened[0])).store
        return await self.followers.stores.by_slug(slug)

"""Star battles over several days: planned, opened day by day, and read by anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from msgspec.structs import replace

from livehouse.domains.play.events import VotesCounted
from livehouse.domains.play.model import contests as rules
from livehouse.domains.play.model.contests import Contest, ContestStanding, Played, Round
from livehouse.domains.play.service.battles import Battles, Standing, standing_of
from livehouse.domains.play.store import battles as battles_store
from livehouse.domains.play.store import contests as store
from livehouse.domains.shows import NotLive, RunKind, Show
from livehouse.domains.stores import Store
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import BattleId, ContestId, StoreId
from livehouse.storage.database import Transaction

LISTED_MAX = 20
OPENED_PER_LOOK_MAX = 50


@dataclass(frozen=True, slots=True)
class Contests:
    """`open_due` is work that is done again and again."""

    battles: Battles

    async def make(  # noqa: PLR0913 - each is found by its name
        self,
        seller: Store,
        title: str,
        contestants: Sequence[str],
        *,
        first_day: date,
        days: int,
        begins: time,
        ends: time,
        free_votes: int,
        friend_votes: int = 0,
        fan_points: int = 0,
    ) -> Contest:
        """Plan a contest: a round on each day, on its page and in the shows that are on then."""
        now = self.battles.clock.now()
        contest = rules.checked(
            Contest(
                id=ContestId(self.battles.ids.new()), store_id=seller.id,
                title=" ".join(title.split()),
                contestants=tuple(" ".join(one.split()) for one in contestants),
                free_votes=free_votes, friend_votes=friend_votes, fan_points=fan_points,
                zone=seller.time_zone,
                rounds=rules.days_of(
                    first_day, days, begins, ends, zone=seller.time_zone, now=now
                ),
            )
        )  # fmt: skip
        async with self.battles.database.transaction() as tx:
            await store.add(tx, contest, now)
        return contest

    async def of_store(self, store_id: StoreId) -> list[Contest]:
        """The newest first."""
        async with self.battles.database.transaction() as tx:
            return await store.of_store(tx, store_id, LISTED_MAX)

    async def held_back(self, store_id: StoreId) -> list[Standing]:
        """The rounds of a store's contests in which votes wait for the staff."""
        async with self.battles.database.transaction() as tx:
            found = await store.undecided(tx, store_id, LISTED_MAX)
            return [await standing_of(tx, battle) for battle in found]

    async def standing(self, contest_id: ContestId) -> ContestStanding:
        """How it stands, for anybody."""
        async with self.battles.database.transaction() as tx:
            contest = await store.by_id(tx, contest_id)
            if contest is None:
                raise NotFound
            known = [one.battle_id for one in contest.rounds if one.battle_id is not None]
            totals = await store.totals_of(tx, known)
            played = [await self._played(tx, one, totals) for one in contest.rounds]
            shows = {
                one.round.number: await self.battles.shows.by_id(tx, one.battle.show_id)
                for one in played
                if one.battle is not None and one.battle.show_id is not None
            }
        return ContestStanding(
            contest=contest, played=played, ranking=rules.ranking(contest, played), shows=shows
        )

    async def open_due(self) -> int:
        """Begin the rounds whose time it is, and let each be in the show of its store that began
        last; tells how many began."""
        now = self.battles.clock.now()
        async with self.battles.database.transaction() as tx:
            due = await store.due(tx, now, OPENED_PER_LOOK_MAX)
        opened = sum([await self._open(contest, one, now) for contest, one in due])
        async with self.battles.database.transaction() as tx:
            on = await store.open_battles(tx, now, OPENED_PER_LOOK_MAX)
        if on:
            on_air = await self._on_air()
            for battle in on:
                show = on_air.get(battle.store_id)
                if show is not None and show.run is not None and show.run.id != battle.run_id:
                    await self._show_in(battle.id, show.slug)
        return opened

    async def _open(self, contest: Contest, one: Round, now: datetime) -> int:
        async with self.battles.database.transaction() as tx:
            held = await store.lock(tx, contest.id, one.number)
            if held.battle_id is not None:
                return 0
            battle = rules.battle_of(contest, one, BattleId(self.battles.ids.new()))
            await self.battles.add(tx, replace(battle, opens_at=now))
            await store.play(tx, contest.id, one.number, battle.id)
        return 1

    async def _show_in(self, battle_id: BattleId, slug: str) -> None:
        """The room hears of the round and of its sums; the one before it hears no more."""
        async with self.battles.database.transaction() as tx:
            try:
                show, run = await self.battles.shows.running(tx, slug)
            except NotLive:
                return  # it has ended this very moment
            if run.kind is RunKind.LIVE and await store.show_in(tx, battle_id, run.id, show.id):
                battle = await battles_store.lock(tx, battle_id)
                self.battles.show(tx, battle)
                totals = await battles_store.totals_of(tx, battle_id)
                tx.record(VotesCounted(battle_id, battle.sums(totals)), run_id=run.id)

    async def _on_air(self) -> dict[StoreId, Show]:
        """Of each store the live show that began last."""
        live = [
            (show.run.started_at, show)
            for show in await self.battles.shows.on_air()
            if show.run is not None and show.run.kind is RunKind.LIVE
        ]
        ordered = sorted(live, key=lambda one: (one[0], one[1].id))
        return {show.room.store_id: show for _, show in ordered}

    async def _played(
        self, tx: Transaction, one: Round, totals: dict[BattleId, dict[int, int]]
    ) -> Played:
        battle = None
        if one.battle_id is not None:
            battle = await battles_store.by_id(tx, one.battle_id)
        sums = totals.get(one.battle_id, {}) if one.battle_id is not None else {}
        return Played(round=one, battle=battle, totals=sums)

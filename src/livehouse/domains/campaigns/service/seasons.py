"""Operators make campaigns; stores apply, or are invited, and take part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.campaigns import model
from livehouse.domains.campaigns.errors import CampaignOver, ShowOutsideCampaign
from livehouse.domains.campaigns.model import (
    Block,
    BlockMove,
    Campaign,
    CampaignId,
    Entry,
    EntryState,
    Line,
    LineId,
    Words,
)
from livehouse.domains.campaigns.store import entries, sales, seasons
from livehouse.domains.shows import Cancelled, Ended, Live, Show, ShowOver, checked_slug, is_slug
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import IdSource, ShowId, StoreId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction

LISTED_MAX = 50
PAGE_ENTRIES = 50


class Plan(Struct, frozen=True, kw_only=True):
    """What an operator says of a campaign, beside its page."""

    name: Words
    starts_at: datetime
    ends_at: datetime
    sale_at: datetime | None = None
    thresholds: Mapping[str, tuple[int, ...]] = {}


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Who may decide for whom is for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource

    async def create(self, slug: str, plan: Plan) -> Campaign:
        campaign = self._planned(
            Campaign(
                id=CampaignId(self.ids.new()), slug=checked_slug(slug), name=plan.name,
                starts_at=plan.starts_at, ends_at=plan.ends_at,
            ),
            plan,
        )  # fmt: skip
        async with self.database.transaction() as tx:
            await seasons.add(tx, campaign, model.first_blocks(campaign.name))
        return campaign

    async def change(self, slug: str, plan: Plan) -> Campaign:
        async with self.database.transaction() as tx:
            campaign = self._planned(await _found(tx, slug), plan)
            await seasons.save(tx, campaign)
        return campaign

    async def by_slug(self, slug: str) -> Campaign:
        async with self.database.transaction() as tx:
            return await _found(tx, slug)

    async def public(self, campaign_id: UUID) -> Campaign | None:
        """A campaign that everybody may see."""
        async with self.database.transaction() as tx:
            found = await seasons.by_ids(tx, [CampaignId(campaign_id)])
        return next((one for one in found if one.published_at is not None), None)

    async def newest(self) -> list[Campaign]:
        async with self.database.transaction() as tx:
            return await seasons.newest(tx, LISTED_MAX)

    async def open_to_all(self) -> list[Campaign]:
        """Campaigns that can be visited and are not over."""
        async with self.database.transaction() as tx:
            return await seasons.open_to_all(tx, self.clock.now(), LISTED_MAX)

    async def lines(self, campaign_id: CampaignId) -> list[Line]:
        async with self.database.transaction() as tx:
            return await seasons.lines_of(tx, campaign_id)

    async def add_line(self, slug: str, name: Words, hue: int) -> Line:
        line = Line(LineId(self.ids.new()), model.checked_words(name, field="name"), hue % 360)
        async with self.database.transaction() as tx:
            campaign = await _found(tx, slug)
            if len(await seasons.lines_of(tx, campaign.id)) >= model.LINES_MAX:
                raise InvalidInput(field="name", problem=N_("a campaign has at most 20 lines"))
            await seasons.add_line(tx, campaign.id, line)
        return line

    async def remove_line(self, slug: str, line_id: LineId) -> None:
        async with self.database.transaction() as tx:
            await seasons.remove_line(tx, (await _found(tx, slug)).id, line_id)

    async def invite(self, slug: str, show: Show, line_id: LineId) -> Entry:
        """The operator asks a store to take part with a show."""
        return await self._ask(slug, show, line_id, EntryState.INVITED)

    async def apply(self, slug: str, show: Show, line_id: LineId) -> Entry:
        """A store asks to take part with a show."""
        return await self._ask(slug, show, line_id, EntryState.APPLIED)

    async def accept(self, slug: str, show_id: ShowId, *, by_store: bool = False) -> Entry:
        async with self.database.transaction() as tx:
            entry = await self._entry(tx, slug, show_id)
            return await _decided(tx, entry, model.accept(entry, by_store=by_store))

    async def decline(self, slug: str, show_id: ShowId) -> Entry:
        async with self.database.transaction() as tx:
            entry = await self._entry(tx, slug, show_id)
            return await _decided(tx, entry, model.decline(entry))

    async def withhold(self, slug: str, show_id: ShowId, *, withheld: bool) -> Entry:
        """Take a show's sales out of all figures, or let them count again."""
        async with self.database.transaction() as tx:
            entry = await self._entry(tx, slug, show_id)
            return await _decided(tx, entry, model.withhold(entry, withheld=withheld))

    async def entries(
        self, campaign_id: CampaignId, state: EntryState, *, after: ShowId | None = None
    ) -> list[Entry]:
        """A page of entries in one state, the oldest question first."""
        async with self.database.transaction() as tx:
            return await entries.asked(tx, campaign_id, state, after=after, limit=PAGE_ENTRIES)

    async def of_store(self, store_id: StoreId) -> list[tuple[Entry, Campaign]]:
        """Where a store's shows take part or are asked to, the newest first."""
        async with self.database.transaction() as tx:
            found = await entries.of_store(tx, store_id, LISTED_MAX)
            known = await seasons.by_ids(tx, [entry.campaign_id for entry in found])
        by_id = {campaign.id: campaign for campaign in known}
        return [(entry, by_id[entry.campaign_id]) for entry in found]

    async def draft(self, campaign_id: CampaignId) -> tuple[Block, ...]:
        async with self.database.transaction() as tx:
            return await seasons.draft(tx, campaign_id)

    async def add_block(self, slug: str, kind: str, *, version: int) -> int:
        """Put a new block at the end of the draft; tells its place."""
        block = model.new_block(kind, {})
        async with self.database.transaction() as tx:
            campaign, blocks = await self._draft(tx, slug)
            if len(blocks) >= model.BLOCKS_MAX:
                raise InvalidInput(field="kind", problem=N_("a page has at most 40 blocks"))
            await seasons.save_draft(tx, campaign.id, [*blocks, block], version=version)
        return len(blocks)

    async def change_block(self, slug: str, place: int, block: Block, *, version: int) -> None:
        async with self.database.transaction() as tx:
            campaign, blocks = await self._draft(tx, slug)
            _check_place(blocks, place)
            await seasons.save_draft(
                tx, campaign.id, [*blocks[:place], block, *blocks[place + 1 :]], version=version
            )

    async def move_block(self, slug: str, place: int, move: BlockMove, *, version: int) -> None:
        async with self.database.transaction() as tx:
            campaign, blocks = await self._draft(tx, slug)
            _check_place(blocks, place)
            changed = model.moved(blocks, place, move)
            await seasons.save_draft(tx, campaign.id, changed, version=version)

    async def publish(self, slug: str, *, version: int) -> None:
        """Show everybody the page as the draft stands at this version."""
        async with self.database.transaction() as tx:
            campaign = await _found(tx, slug)
            await seasons.publish(tx, campaign.id, version=version, now=self.clock.now())

    async def unpublish(self, slug: str) -> None:
        async with self.database.transaction() as tx:
            await seasons.unpublish(tx, (await _found(tx, slug)).id)

    def _planned(self, campaign: Campaign, plan: Plan) -> Campaign:
        starts_at, ends_at, sale_at = model.checked_season(
            plan.starts_at, plan.ends_at, plan.sale_at, self.clock.now()
        )
        return replace(
            campaign,
            name=model.checked_words(plan.name, field="name_en"),
            starts_at=starts_at,
            ends_at=ends_at,
            sale_at=sale_at,
            thresholds=model.checked_thresholds(plan.thresholds),
        )

    async def _draft(self, tx: Transaction, slug: str) -> tuple[Campaign, tuple[Block, ...]]:
        campaign = await _found(tx, slug)
        return campaign, await seasons.draft(tx, campaign.id)

    async def _entry(self, tx: Transaction, slug: str, show_id: ShowId) -> Entry:
        return await entries.lock(tx, (await _found(tx, slug)).id, show_id)

    async def _ask(self, slug: str, show: Show, line_id: LineId, state: EntryState) -> Entry:
        """Ask once; asked from both sides, both have said yes."""
        if isinstance(show.state, Ended | Cancelled):
            raise ShowOver
        async with self.database.transaction() as tx:
            now = self.clock.now()
            campaign = await _found(tx, slug)
            if campaign.ends_at <= now:
                raise CampaignOver
            if not campaign.starts_at <= show.starts_at < campaign.ends_at:
                raise ShowOutsideCampaign
            if line_id not in {line.id for line in await seasons.lines_of(tx, campaign.id)}:
                raise InvalidInput(field="line", problem=N_("choose one of the lines"))
            is_on = isinstance(show.state, Live) and show.run is not None
            entry = Entry(
                campaign_id=campaign.id, show_id=show.id, room_id=show.room.id,
                store_id=show.room.store_id, line_id=line_id, starts_at=show.starts_at,
                state=state,
                run_id=show.run.id if is_on and show.run else None,
                on_since=show.run.started_at if is_on and show.run else None,
            )  # fmt: skip
            if await entries.add(tx, entry, now):
                return entry
            known = await entries.lock(tx, campaign.id, show.id)
            if {known.state, state} == {EntryState.INVITED, EntryState.APPLIED}:
                return await _decided(tx, known, replace(known, state=EntryState.ACCEPTED))
            return known


async def _decided(tx: Transaction, before: Entry, after: Entry) -> Entry:
    """Keep what was decided, with the show's sales in the sums or out of them."""
    await entries.save(tx, after)
    if before.counts != after.counts:
        sold = await sales.of_show(tx, after.show_id)
        signed = sold if after.counts else [one.taken_out() for one in sold]
        await sales.count_in(tx, [after], signed)
    return after


async def _found(tx: Transaction, slug: str) -> Campaign:
    if not is_slug(slug):
        raise NotFound
    return await seasons.by_slug(tx, slug)


def _check_place(blocks: Sequence[Block], place: int) -> None:
    if not 0 <= place < len(blocks):
        raise NotFound

"""A campaign's page, filled with what is on, what comes, and what has been sold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from livehouse.domains.campaigns import model
from livehouse.domains.campaigns.model import (
    Block,
    Board,
    Campaign,
    Countdown,
    Entry,
    Hero,
    Line,
    LineId,
    Lines,
    OfferShelf,
    PictureBlock,
    Prose,
    Schedule,
    Tiles,
)
from livehouse.domains.campaigns.service.keeping import Kept
from livehouse.domains.campaigns.store import entries, sales, seasons
from livehouse.domains.offers import Offer, Offers
from livehouse.domains.shows import Ended, Live, Show, Shows, is_slug, poster_of, state_name
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ShowId, StoreId
from livehouse.foundation.money import Money
from livehouse.storage.database import Database

PAGE_SHOWS = 48
# A show that should have begun is still worth a look.
LATE = timedelta(hours=1)
COUNTED_MAX = 10_000
PICTURE_SIZE = 960


class ShowTile(Struct, frozen=True, kw_only=True):
    """A show of the campaign as a tile or a row of its schedule."""

    slug: str
    title: str
    store_name: str
    state: str
    at: datetime
    poster: str
    simulated: bool
    line: str
    hue: int
    viewers: int
    where: str


class LineTile(Struct, frozen=True):
    id: str
    name: str
    hue: int


class OfferTile(Struct, frozen=True, kw_only=True):
    title: str
    image: str
    price: Money
    path: str


class BoardRow(Struct, frozen=True, kw_only=True):
    """One place of a board: `sold` by clean sales with the threshold that is `passed`, or
    `viewers`, or the moment since when it is on."""

    name: str
    of: str
    path: str
    sold: Money | None = None
    passed: Money | None = None
    viewers: int = 0
    since: datetime | None = None


class Past(Struct, frozen=True):
    """How many rooms have passed a threshold."""

    threshold: Money
    rooms: int


class Shown(Struct, frozen=True, kw_only=True):
    """One block in the reader's language, with what stands in it."""

    kind: str
    heading: str = ""
    text: str = ""
    picture: str = ""
    link: str = ""
    at: datetime | None = None
    by: str = ""
    shows: Sequence[ShowTile] = ()
    lines: Sequence[LineTile] = ()
    rows: Sequence[BoardRow] = ()
    past: Sequence[Past] = ()
    total: Money | None = None
    offers: Sequence[OfferTile] = ()


class Venue(Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    starts_at: datetime
    ends_at: datetime
    sale_at: datetime | None
    blocks: Sequence[Shown]


class Day(Struct, frozen=True):
    """A page of a schedule, and where the next one begins."""

    shows: Sequence[ShowTile]
    following: str


@dataclass(slots=True)
class Venues:
    database: Database
    clock: Clock
    shows: Shows
    stores: Stores
    offers: Offers
    kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        self.kept = Kept(self.clock)

    async def venue(self, slug: str, language: str) -> Venue:
        """The published page; one that is not published is not there."""
        campaign, lines = await self.season(slug)
        if campaign.published_at is None:
            raise NotFound
        async with self.database.transaction() as tx:
            blocks = await seasons.published(tx, campaign.id)
        return await self._fill(campaign, lines, blocks, language)

    async def preview(self, slug: str, language: str) -> Venue:
        """The page as it would be if the draft were published."""
        campaign, lines = await self.season(slug)
        async with self.database.transaction() as tx:
            blocks = await seasons.draft(tx, campaign.id)
        return await self._fill(campaign, lines, blocks, language)

    async def season(self, slug: str) -> tuple[Campaign, list[Line]]:
        if not is_slug(slug):
            raise NotFound
        async with self.database.transaction() as tx:
            campaign = await seasons.by_slug(tx, slug)
            return campaign, await seasons.lines_of(tx, campaign.id)

    async def schedule(
        self,
        campaign: Campaign,
        lines: Sequence[Line],
        language: str,
        *,
        since: datetime,
        until: datetime,
        line_id: LineId | None = None,
        after: str = "",
    ) -> Day:
        """What takes part between two moments, a page at a time."""
        async with self.database.transaction() as tx:
            found = await entries.scheduled(
                tx, campaign.id, since=since, until=until, line_id=line_id,
                after=_place(after), limit=PAGE_SHOWS,
            )  # fmt: skip
        following = f"{found[-1].starts_at.isoformat()}~{found[-1].show_id}" if found else ""
        return Day(
            await self.tiles(found, lines, language),
            following if len(found) == PAGE_SHOWS else "",
        )

    async def tiles(
        self, found: Sequence[Entry], lines: Sequence[Line], language: str
    ) -> list[ShowTile]:
        """Entries with their shows, in their order; a show that was cancelled is left out."""
        shows = await self.shows.of_ids([entry.show_id for entry in found])
        stores = await self.stores_of(entry.store_id for entry in found)
        by_id = {line.id: line for line in lines}
        return [
            _tile(entry, shows[entry.show_id], stores, by_id.get(entry.line_id), language)
            for entry in found
            if entry.show_id in shows and state_name(shows[entry.show_id].state) != "cancelled"
        ]

    async def _fill(
        self, campaign: Campaign, lines: Sequence[Line], blocks: Sequence[Block], language: str
    ) -> Venue:
        filling = _Filling(self, campaign, lines, language)
        return Venue(
            slug=campaign.slug,
            name=campaign.name.read(language),
            starts_at=campaign.starts_at,
            ends_at=campaign.ends_at,
            sale_at=campaign.sale_at,
            blocks=[await filling.shown(block) for block in blocks],
        )

    async def stores_of(self, ids: Iterable[StoreId]) -> dict[StoreId, Store]:
        return {store.id: store for store in await self.stores.stores(set(ids))}


@dataclass(frozen=True, slots=True)
class _Filling:
    """One page on its way; each block asks for no more than it shows."""

    venues: Venues
    campaign: Campaign
    lines: Sequence[Line]
    language: str

    async def shown(self, block: Block) -> Shown:
        match block:
            case Hero() | Prose() | PictureBlock():
                return self._plain(block)
            case Countdown():
                moment = model.moment_of_sale(self.campaign, block.until)
                return Shown(
                    kind="countdown", heading=self._read(block.heading), at=moment, by=block.until
                )
            case Lines():
                return Shown(kind="lines", heading=self._read(block.heading), lines=self._lines())
            case Schedule() | Tiles():
                return await self._shows(block)
            case Board():
                return await self._board(block)
            case OfferShelf():
                return await self._offers(block)
            case _:
                assert_never(block)

    def _read(self, words: model.Words) -> str:
        return words.read(self.language)

    def _plain(self, block: Hero | Prose | PictureBlock) -> Shown:
        kind = "hero" if isinstance(block, Hero) else "text"
        if isinstance(block, PictureBlock):
            picture = _picture(block.picture)
            return Shown(
                kind="picture", text=self._read(block.text), picture=picture, link=block.link
            )
        picture = _picture(block.picture) if isinstance(block, Hero) else ""
        heading, text = self._read(block.heading), self._read(block.text)
        return Shown(kind=kind, heading=heading, text=text, picture=picture)

    def _lines(self) -> list[LineTile]:
        return [LineTile(str(one.id), self._read(one.name), one.hue) for one in self.lines]

    async def _shows(self, block: Schedule | Tiles) -> Shown:
        line_id = next((one.id for one in self.lines if str(one.id) == block.line), None)
        async with self.venues.database.transaction() as tx:
            if isinstance(block, Tiles):
                found = await entries.on_now(
                    tx, self.campaign.id, line_id=line_id, limit=block.count
                )
            else:
                since = max(self.venues.clock.now() - LATE, self.campaign.starts_at)
                found = await entries.scheduled(
                    tx, self.campaign.id, since=since, line_id=line_id, limit=block.count
                )
        return Shown(
            kind="tiles" if isinstance(block, Tiles) else "schedule",
            heading=self._read(block.heading),
            shows=await self.venues.tiles(found, self.lines, self.language),
        )

    async def _board(self, block: Board) -> Shown:
        if block.by == "sales":
            return await self._best_sellers(block)
        async with self.venues.database.transaction() as tx:
            ask = entries.most_watched if block.by == "watched" else entries.newest_on
            found = await ask(tx, self.campaign.id, block.count)
        shows = await self.venues.shows.of_ids([entry.show_id for entry in found])
        stores = await self.venues.stores_of(entry.store_id for entry in found)
        rows = [
            BoardRow(
                name=shows[entry.show_id].title,
                of=_name(stores, entry.store_id),
                path=f"/shows/{shows[entry.show_id].slug}",
                viewers=entry.viewers_max if block.by == "watched" else 0,
                since=entry.on_since if block.by == "newest" else None,
            )
            for entry in found
            if entry.show_id in shows
        ]
        return Shown(kind="board", heading=self._read(block.heading), by=block.by, rows=rows)

    async def _best_sellers(self, block: Board) -> Shown:
        async with self.venues.database.transaction() as tx:
            totals = {
                money.currency: money for money, _ in await sales.totals(tx, self.campaign.id)
            }
            currency = block.currency or next(iter([*self.campaign.thresholds, *totals]), "")
            thresholds = self.campaign.thresholds.get(currency, ())
            found = await sales.board(tx, self.campaign.id, currency, block.count)
            past = [
                Past(
                    Money(currency, minor),
                    await sales.count_past(tx, self.campaign.id, currency, minor, COUNTED_MAX),
                )
                for minor in reversed(thresholds)
            ]
        rooms = await self.venues.shows.rooms_by_ids([one.room_id for one in found])
        stores = await self.venues.stores_of(room.store_id for room in rooms.values())
        rows = []
        for one in found:
            room = rooms[one.room_id]
            passed = model.standing(one.sold.minor, thresholds).passed_minor
            rows.append(
                BoardRow(
                    name=room.title, of=_name(stores, room.store_id), path=f"/rooms/{room.slug}",
                    sold=one.sold, passed=Money(currency, passed) if passed else None,
                )
            )  # fmt: skip
        return Shown(
            kind="board", heading=self._read(block.heading), by="sales", rows=rows,
            past=[one for one in past if one.rooms], total=totals.get(currency),
        )  # fmt: skip

    async def _offers(self, block: OfferShelf) -> Shown:
        offers: list[Offer] = []
        if is_slug(block.show):
            try:
                show = await self.venues.shows.by_slug(block.show)
                offers = [one for one, _ in await self.venues.offers.of_show(show.id)]
            except NotFound:
                pass
        return Shown(
            kind="offers",
            heading=self._read(block.heading),
            link=f"/shows/{block.show}",
            offers=[
                OfferTile(
                    title=one.title, image=one.image, price=one.price, path=f"/shows/{block.show}"
                )
                for one in offers[: block.count]
            ],
        )


def _tile(
    entry: Entry, show: Show, stores: dict[StoreId, Store], line: Line | None, language: str
) -> ShowTile:
    return ShowTile(
        slug=show.slug,
        title=show.title,
        store_name=_name(stores, entry.store_id),
        state=state_name(show.state),
        at=show.state.ended_at if isinstance(show.state, Ended) else show.starts_at,
        poster=poster_of(show),
        simulated=show.simulated,
        line=line.name.read(language) if line else "",
        hue=line.hue if line else 0,
        viewers=entry.viewers if isinstance(show.state, Live) else 0,
        where=show.where.city or show.where.origin,
    )


def _name(stores: dict[StoreId, Store], store_id: StoreId) -> str:
    return stores[store_id].name if store_id in stores else ""


def _picture(key: str) -> str:
    return f"/media/{key}-{PICTURE_SIZE}.webp" if key else ""


def _place(after: str) -> tuple[datetime, ShowId] | None:
    """Where a page of a schedule ended, as it was told in an address; nonsense is the start."""
    at, _, show_id = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, ShowId(UUID(show_id))) if moment.tzinfo else None
    except ValueError:
        return None

"""What a store sees of its followers: sums by day and show, and nobody's name."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from msgspec import Struct

from livehouse.domains.followers.model import DaySum
from livehouse.domains.followers.service import Followers
from livehouse.domains.stores import Store, Stores
from livehouse.web.guards import own_store
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
)

# The chart, in its own units: a column per day, above the line who came, below it who went.
COLUMN = 20
BAR = 14
HEIGHT = 120


class Column(Struct, frozen=True):
    """A day in the chart: where its bars begin, and how long they are."""

    day: date
    gained: int
    lost: int
    x: int
    up: int
    down: int


class Chart(Struct, frozen=True):
    columns: list[Column]
    width: int
    line: int
    bar: int = BAR
    height: int = HEIGHT


class GatheredRow(Struct, frozen=True):
    """`slug` is empty for who was gathered outside of any show."""

    slug: str
    title: str
    gained: int
    lost: int


class FollowersPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "followers/console.html"

    store: Store
    section: str = "followers"
    followers: int
    gained: int
    lost: int
    chart: Chart
    days: list[DaySum]
    shows: list[GatheredRow]


@get("/console/{slug:str}/followers")
async def followers_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    followers: Service[Followers],
) -> Html:
    store = await own_store(viewer, stores, slug)
    reach = await followers.reach(store)
    ids = [one.show_id for one in reach.shows if one.show_id is not None]
    known = await followers.shows.of_ids(ids)
    rows = []
    for one in reach.shows:
        show = known.get(one.show_id) if one.show_id is not None else None
        rows.append(
            GatheredRow(show.slug if show else "", show.title if show else "", one.gained, one.lost)
        )
    return render(
        FollowersPage(
            store=store,
            followers=reach.followers,
            gained=sum(day.gained for day in reach.days),
            lost=sum(day.lost for day in reach.days),
            chart=chart_of(reach.days),
            days=[day for day in reversed(reach.days) if day.gained or day.lost],
            shows=rows,
        )
    )


def chart_of(days: Sequence[DaySum]) -> Chart:
    """Bars to one scale, so that who came and who went can be compared."""
    most_gained = max((day.gained for day in days), default=0)
    most_lost = max((day.lost for day in days), default=0)
    scale = HEIGHT / max(most_gained + most_lost, 1)
    columns = [
        Column(
            day.day, day.gained, day.lost, number * COLUMN,
            round(day.gained * scale), round(day.lost * scale),
        )
        for number, day in enumerate(days)
    ]  # fmt: skip
    return Chart(columns, COLUMN * len(days), round(most_gained * scale) or HEIGHT // 2)


handlers = [followers_page]

"""What a screen can show."""

from collections.abc import Sequence
from typing import TypeAlias

from livehouse.domains.shows import Show, Shows
from livehouse.domains.stores import Store, Stores

LISTED_MAX = 24

Listed: TypeAlias = Sequence[tuple[Show, Store]]


async def guide(shows: Shows, stores: Stores) -> tuple[Listed, Listed]:
    """What is on air, the newest first, and what comes next."""
    on, coming, _ = await shows.front_page()
    return await _listed(on, stores), await _listed(coming, stores)


async def one_show(slug: str, shows: Shows, stores: Stores) -> tuple[Show, Store]:
    show = await shows.by_slug(slug)
    return show, await stores.store(show.room.store_id)


async def _listed(found: Sequence[Show], stores: Stores) -> Listed:
    some = found[:LISTED_MAX]
    known = {one.id: one for one in await stores.stores({show.room.store_id for show in some})}
    return [(show, known[show.room.store_id]) for show in some]

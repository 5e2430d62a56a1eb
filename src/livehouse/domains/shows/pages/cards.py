"""A show as a tile, on whichever page it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from livehouse.domains.shows.model import Ended, Show, state_name
from livehouse.domains.shows.wire import poster_of
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.ids import StoreId


class ShowCard(Struct, frozen=True, kw_only=True):
    """`at` is the planned start, or when the show ended; `where` its city, or where its goods are
    made."""

    slug: str
    title: str
    description: str
    store_name: str
    state: str
    at: datetime
    poster: str
    simulated: bool
    where: str
    filmed_before: bool = False


async def store_names(stores: Stores, shows: Sequence[Show]) -> Mapping[StoreId, Store]:
    found = await stores.stores({show.room.store_id for show in shows})
    return {store.id: store for store in found}


def card(show: Show, stores: Mapping[StoreId, Store]) -> ShowCard:
    store = stores.get(show.room.store_id)
    return ShowCard(
        slug=show.slug,
        title=show.title,
        description=show.description,
        store_name=store.name if store else "",
        state=state_name(show.state),
        at=show.state.ended_at if isinstance(show.state, Ended) else show.starts_at,
        poster=poster_of(show),
        simulated=show.simulated,
        where=show.where.city or show.where.origin,
        filmed_before=show.filmed_before,
    )

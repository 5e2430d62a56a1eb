"""What screens and their phones say over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from livehouse.domains.screens.model import Report, Screen, Wish
from livehouse.domains.shows import Hosts, Show, ShowInfo, poster_of, show_info
from livehouse.domains.stores import Store
from livehouse.foundation.ids import ScreenId

Slug = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\A[a-z0-9-]+\Z")]
ShownSlug = Annotated[str, Meta(max_length=100, pattern=r"\A[a-z0-9-]*\Z")]
Percent = Annotated[int, Meta(ge=0, le=100)]
Whole = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class ScreenInfo(Struct, frozen=True):
    """A screen as it is told of itself. While it is not paired it shows `code`, and the picture
    of it at `qr`; `host` is where the code can be typed. `phone` is the masked name of whose phone
    it is paired with, `asked` counts what that phone has asked."""

    code: str
    qr: str
    host: str
    paired: bool
    phone: str
    asked: int
    wish: Wish


class RemoteInfo(Struct, frozen=True):
    """One's own screen as the phone hears of it; `told` counts what the screen has said."""

    id: ScreenId
    told: int
    wish: Wish
    report: Report


class AskScreen(Struct, frozen=True, forbid_unknown_fields=True):
    """What the screen is to do; what is left out stays as it is. `volume` is in percent."""

    show: Slug | None = None
    paused: bool | None = None
    volume: Percent | None = None


class TellScreen(Struct, frozen=True, forbid_unknown_fields=True):
    """What the screen shows. `programme_ms` is its picture's place in the programme at `at_ms`
    of the house's clock; both are 0 while there is no picture. `asked` is how far it has heard."""

    asked: Whole = 0
    show: ShownSlug = ""
    paused: bool = False
    volume: Percent = 0
    programme_ms: Whole = 0
    at_ms: Whole = 0


class TvShow(ShowInfo, frozen=True, kw_only=True):
    """A show as a screen lists and plays it."""

    simulated: bool
    store_name: str
    store_slug: str
    room_slug: str
    poster: str


class TvGuide(Struct, frozen=True):
    """What is on, and what comes next."""

    on: list[TvShow]
    coming: list[TvShow]


def remote_info(screen: Screen) -> RemoteInfo:
    return RemoteInfo(screen.id, screen.told, screen.wish, screen.report)


def tv_show(show: Show, store: Store, hosts: Hosts) -> TvShow:
    return TvShow(
        **asdict(show_info(show, hosts, staff=False)),
        simulated=show.simulated,
        store_name=store.name,
        store_slug=store.slug,
        room_slug=show.room.slug,
        poster=poster_of(show),
    )


def tv_guide(
    on: Sequence[tuple[Show, Store]], coming: Sequence[tuple[Show, Store]], hosts: Hosts
) -> TvGuide:
    return TvGuide(
        [tv_show(show, store, hosts) for show, store in on],
        [tv_show(show, store, hosts) for show, store in coming],
    )

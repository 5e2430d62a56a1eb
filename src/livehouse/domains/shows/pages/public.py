"""Pages for everybody: what is on, a room, a show."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import ClassVar

from litestar.response import Redirect, Response
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import asdict

from livehouse.domains.shows.model import (
    Hosts,
    Notice,
    Room,
    Run,
    RunKind,
    Show,
    shown_run,
    state_name,
)
from livehouse.domains.shows.pages.cards import ShowCard, card, store_names
from livehouse.domains.shows.pages.metadata import json_for_html, linked_data
from livehouse.domains.shows.ports import Noticeboard, Pictures
from livehouse.domains.shows.service import Shows
from livehouse.domains.shows.wire import ShowInfo, poster_of, shared_poster, show_info
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.ids import StoreId
from livehouse.web.context import origin_of, web_of
from livehouse.web.guards import has_role
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
)
from livehouse.web.headers import framed_policy
from livehouse.web.stage_picture import stage_png

POSTER_SECONDS_MAX = 24 * 3600
EMBED_SECONDS_MAX = 60
HUES = 360
LOGO = "/static/build/favicon.svg"
# No slug has a dot: what calendars ask for is the page's address with this behind it.
CALENDAR = ".ics"


class HomePage(Page, frozen=True, kw_only=True):
    """`featured` opens the page: the newest show on air, else the next to come."""

    template: ClassVar[str] = "shows/home.html"

    featured: ShowCard | None
    on: list[ShowCard]
    coming: list[ShowCard]
    over: list[ShowCard]
    notices: Sequence[Notice]
    cities: Sequence[str]


class RoomPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "shows/room.html"

    room: Room
    store_name: str
    store_slug: str
    address: str
    image: str
    on: list[ShowCard]
    coming: list[ShowCard]
    over: list[ShowCard]


class WatchedShow(ShowInfo, frozen=True, kw_only=True):
    """What `<lh-watch>` and `<lh-studio>` are given: the API's answer and words for the page."""

    description: str
    simulated: bool
    filmed_before: bool
    store_name: str
    store_slug: str
    room_slug: str
    poster: str
    where: str


class ShowPage(Page, frozen=True, kw_only=True):
    """A show that is yet to come, or never will."""

    template: ClassVar[str] = "shows/show.html"

    show: ShowCard
    room: Room
    store_slug: str
    address: str
    image: str
    linked_data: Markup
    is_staff: bool
    place: str
    city: str
    origin: str


class WatchPage(Page, frozen=True, kw_only=True):
    """A show on air, or over and recorded; for its staff also a rehearsal."""

    template: ClassVar[str] = "shows/watch.html"

    show: ShowCard
    room: Room
    address: str
    image: str
    linked_data: Markup
    is_rehearsal: bool
    given: str


class WaitingFragment(Page, frozen=True):
    """Asked for again and again by who waits in front of the door."""

    template: ClassVar[str] = "shows/waiting.html"

    slug: str
    state: str


class EmbedPage(Page, frozen=True):
    """What stands in a frame on another site."""

    template: ClassVar[str] = "shows/embed.html"

    show: ShowCard
    image: str
    address: str


class PosterPicture(Page, frozen=True):
    """The drawn stand-in for a picture; every show has its own colours."""

    template: ClassVar[str] = "shows/poster.svg"

    hue: int
    tilt: int
    lamps: list[tuple[int, int, int]]


@get("/")
async def home(
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
    noticeboard: Service[Noticeboard],
) -> Html:
    on, coming, over = await shows.front_page()
    known = await store_names(stores, [*on, *coming, *over])
    cards = [[card(show, known) for show in part] for part in (on, coming, over)]
    featured = next((part[0] for part in cards[:2] if part), None)
    notices = await noticeboard.notices(viewer.language)
    return render(
        HomePage(
            featured=featured,
            on=cards[0],
            coming=cards[1],
            over=cards[2],
            notices=notices,
            cities=await shows.cities(),
        )
    )


@get("/rooms/{slug:str}")
async def room_page(
    request: AnyRequest,
    slug: FromPath[str],
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    if slug.endswith(CALENDAR):
        return Redirect(f"/rooms/{slug.removesuffix(CALENDAR)}/calendar.ics")
    room, found = await shows.room(slug)
    known = await store_names(stores, found)
    store = await stores.store(room.store_id)
    parts: dict[str, list[ShowCard]] = {"live": [], "scheduled": [], "ended": []}
    for show in found:
        parts[state_name(show.state)].append(card(show, known))
    page = RoomPage(
        room=room,
        store_name=store.name,
        store_slug=store.slug,
        address=f"{origin_of(request)}/rooms/{room.slug}",
        image=f"{origin_of(request)}{shared_poster(found[0]) if found else LOGO}",
        on=parts["live"],
        coming=parts["scheduled"][::-1],  # the next one first
        over=parts["ended"],
    )
    return render(page)


@get("/shows/{slug:str}")
async def show_page(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    if slug.endswith(CALENDAR):
        return Redirect(f"/shows/{slug.removesuffix(CALENDAR)}/calendar.ics")
    show = await shows.by_slug(slug)
    store = await stores.store(show.room.store_id)
    is_staff = has_role(viewer, store.id)
    run = shown_run(show, staff=is_staff)
    page = _Shown(show, store, origin_of(request), shows.hosts).page(run, is_staff=is_staff)
    return render(page)


@get("/shows/{slug:str}/waiting")
async def waiting(slug: FromPath[str], render: CurrentRender, shows: Service[Shows]) -> Html:
    """A piece of the page in front of a show; it reloads the page once there is more to see."""
    state = state_name((await shows.by_slug(slug)).state)
    headers = {} if state == "scheduled" else {"HX-Refresh": "true"}
    return render(WaitingFragment(slug, state), headers=headers)


@get("/shows/{slug:str}/poster.svg")
async def poster(
    slug: FromPath[str], render: CurrentRender, shows: Service[Shows]
) -> Response[str]:
    """Drawn from the address alone, so it is always the same."""
    show = await shows.by_slug(slug)
    drawn = sha256(show.slug.encode()).digest()
    picture = PosterPicture(
        hue=int.from_bytes(drawn[:2], "big") % HUES,
        tilt=drawn[2] % 17 - 8,
        lamps=[(drawn[n] * 640 // 256, drawn[n + 1] % 120, 1 + drawn[n + 2] % 4)
               for n in range(3, 30, 3)],
    )  # fmt: skip
    answer = render(picture, headers={"Cache-Control": f"public, max-age={POSTER_SECONDS_MAX}"})
    answer.media_type = "image/svg+xml"
    return answer


@get("/shows/{slug:str}/poster.png", opt={"public": True})
async def drawn(
    slug: FromPath[str], shows: Service[Shows], records: Service[Pictures]
) -> Response[bytes]:
    """The stand-in for other sites, which take no SVG: drawn once, and kept by the address."""
    show = await shows.by_slug(slug)
    key = f"posters/{show.slug}.png"
    content = await records.get(key)
    if content is None:
        content = await asyncio.to_thread(stage_png, show.slug)
        await records.put(key, content)
    return Response(
        content,
        media_type="image/png",
        headers={"Cache-Control": f"public, max-age={POSTER_SECONDS_MAX}"},
    )


@get("/embed/{slug:str}", opt={"public": True})
async def embedded(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    """A picture that other sites may frame, and the way into the show; it knows nobody."""
    show = await shows.by_slug(slug)
    store = await stores.store(show.room.store_id)
    page = EmbedPage(
        show=card(show, {store.id: store}),
        image=shared_poster(show),
        address=f"{origin_of(request)}/shows/{show.slug}",
    )
    policy = framed_policy(web_of(request).settings.frame_origins)
    return render(
        page,
        headers={
            "Content-Security-Policy": policy,
            "Cache-Control": f"public, max-age={EMBED_SECONDS_MAX}",
            "Vary": "Accept-Language",
        },
    )


class _Shown(Struct, frozen=True):
    """One show on its way to becoming a page."""

    show: Show
    store: Store
    origin: str
    hosts: Hosts

    def page(self, run: Run | None, *, is_staff: bool) -> Page:
        if run is None:
            return ShowPage(
                show=self.card,
                room=self.show.room,
                store_slug=self.store.slug,
                address=self.address,
                image=f"{self.origin}{shared_poster(self.show)}",
                linked_data=self.linked_data,
                is_staff=is_staff,
                place=self.show.where.place,
                city=self.show.where.city,
                origin=self.show.where.origin,
            )
        return WatchPage(
            show=self.card,
            room=self.show.room,
            address=self.address,
            image=f"{self.origin}{shared_poster(self.show)}",
            linked_data=self.linked_data,
            is_rehearsal=run.kind is RunKind.REHEARSAL,
            given=given(self.show, self.store, self.hosts, is_staff=is_staff),
        )

    @property
    def card(self) -> ShowCard:
        names: Mapping[StoreId, Store] = {self.store.id: self.store}
        return card(self.show, names)

    @property
    def address(self) -> str:
        return f"{self.origin}/shows/{self.show.slug}"

    @property
    def linked_data(self) -> Markup:
        return json_for_html(
            linked_data(
                self.show, self.store.name, origin=self.origin, poster=shared_poster(self.show)
            )
        )


def given(show: Show, store: Store, hosts: Hosts, *, is_staff: bool) -> str:
    """The show as the live components take it, as JSON for an attribute."""
    info = show_info(show, hosts, staff=is_staff)
    watched = WatchedShow(
        **asdict(info),
        description=show.description,
        simulated=show.simulated,
        filmed_before=show.filmed_before,
        store_name=store.name,
        store_slug=store.slug,
        room_slug=show.room.slug,
        poster=poster_of(show),
        where=show.where.city or show.where.origin,
    )
    return str(json_for_html(watched))


handlers = (home, room_page, show_page, waiting, poster, drawn, embedded)

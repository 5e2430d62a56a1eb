"""Following for viewers: the button on pages, one's own list, and the way out that letters have."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from livehouse.domains.followers.service import Followers, News
from livehouse.domains.followers.wire import SLUG_CHARACTERS_MAX
from livehouse.foundation.text import N_
from livehouse.web.connections import local_path
from livehouse.web.forms import read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.intents import sign_in_first, was_pressed

FOLLOWED = N_("You follow {store}. We write to you when it plans shows, and when one begins.")
SIGN_IN = N_(
    "Sign in, and you follow {store}: we write to you when it plans shows, and when one begins."
)
LEFT = N_("You follow {store} no more. It does not write to you.")


class FollowForm(Struct):
    """`show` is where one is, `next` where one wants to be afterwards."""

    next: Annotated[str, Meta(max_length=200)] = "/"
    show: Annotated[str, Meta(max_length=SLUG_CHARACTERS_MAX)] = ""


class WordForm(Struct):
    word: Annotated[str, Meta(max_length=500)]


class FollowFragment(Page, frozen=True, kw_only=True):
    """The button under a store's name."""

    template: ClassVar[str] = "followers/button.html"

    slug: str
    name: str
    follows: bool
    followers: int
    show: str
    next: str


class FollowedRow(Struct, frozen=True):
    slug: str
    name: str
    since: datetime


class FollowedPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "followers/followed.html"

    stores: list[FollowedRow]


class WayOutPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "followers/way_out.html"

    slug: str
    name: str
    word: str


@get("/stores/{slug:str}/following")
async def button(
    *,
    slug: FromPath[str],
    show: FromQuery[str] = "",
    next: FromQuery[str] = "/",  # noqa: A002 - its name in the address
    viewer: CurrentViewer,
    render: CurrentRender,
    followers: Service[Followers],
) -> Html:
    """A piece of pages that name a store: whether one follows it, and the press."""
    found = await followers.standing(slug, viewer.person_id)
    return render(
        FollowFragment(
            slug=slug, name=found.store.name, follows=found.follows, followers=found.followers,
            show=show[:SLUG_CHARACTERS_MAX], next=local_path(next),
        )
    )  # fmt: skip


@post("/stores/{slug:str}/follow")
async def follow(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    followers: Service[Followers],
) -> Html:
    """Who has not signed in does that first, and then follows without another press."""
    typed = (await read_form(request, FollowForm)).value or FollowForm()
    if viewer.person_id is None:
        found = await followers.standing(slug, None)
        door = sign_in_first(
            request, f"/stores/{slug}/followed", show=typed.show, next=local_path(typed.next)
        )
        return render.see_other(door, SIGN_IN, kind="info", store=found.store.name)
    found = await followers.follow(slug, viewer.person_id, show=typed.show)
    return render.see_other(local_path(typed.next), FOLLOWED, store=found.store.name)


@get("/stores/{slug:str}/followed")
async def followed(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    word: FromQuery[str] = "",
    show: FromQuery[str] = "",
    next: FromQuery[str] = "/",  # noqa: A002 - its name in the address
    viewer: CurrentViewer,
    render: CurrentRender,
    followers: Service[Followers],
) -> Html:
    """Where signing in leads on to, for who had pressed before."""
    person_id = require_signed_in(viewer)
    if not was_pressed(request, f"/stores/{slug}/followed", word):
        return render.see_other(local_path(next))
    found = await followers.follow(slug, person_id, show=show[:SLUG_CHARACTERS_MAX])
    return render.see_other(local_path(next), FOLLOWED, store=found.store.name)


@post("/stores/{slug:str}/unfollow")
async def unfollow(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    followers: Service[Followers],
) -> Html:
    typed = (await read_form(request, FollowForm)).value or FollowForm()
    found = await followers.leave(slug, require_signed_in(viewer))
    return render.see_other(local_path(typed.next), LEFT, store=found.store.name)


@get("/stores/{slug:str}/letters")
async def way_out(
    slug: FromPath[str], word: FromQuery[str], render: CurrentRender, news: Service[News]
) -> Html:
    """The link in a letter. It only asks: programs that look into letters open links, too."""
    store = await news.way_out(slug, word)
    return render(WayOutPage(slug=slug, name=store.name, word=word))


@post("/stores/{slug:str}/letters")
async def stop_letters(
    request: AnyRequest, slug: FromPath[str], render: CurrentRender, news: Service[News]
) -> Html:
    """Whoever holds the word of a letter ends it, without signing in."""
    form = await read_form(request, WordForm)
    store = await news.way_out(slug, form.value.word if form.value else "", goes=True)
    return render.see_other("/", LEFT, store=store.name)


@get("/account/following")
async def followed_page(
    viewer: CurrentViewer, render: CurrentRender, followers: Service[Followers]
) -> Html:
    """The stores that the viewer follows."""
    found = await followers.of_person(require_signed_in(viewer))
    known = {one.id: one for one in await followers.stores.stores([one.store_id for one in found])}
    rows = [
        FollowedRow(known[one.store_id].slug, known[one.store_id].name, one.since)
        for one in found
        if one.store_id in known
    ]
    return render(FollowedPage(stores=rows))


handlers = [
    button,
    follow,
    followed,
    unfollow,
    way_out,
    stop_letters,
    followed_page,
]

"""The studio: where a host stands in front of the camera and runs the show."""

from typing import ClassVar

from livehouse.domains.shows.model import RUNNING_ROLES, Show, shown_run
from livehouse.domains.shows.pages.cards import ShowCard, card, store_names
from livehouse.domains.shows.pages.public import given
from livehouse.domains.shows.service import Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.text import N_
from livehouse.web.guards import has_role, own_show, require_signed_in
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)

NOTICES = {
    "rehearse": N_("The rehearsal is on. Only your staff can see it."),
    "go-live": N_("You are on air."),
    "end": N_("It is over. Well done."),
}


class StudiosPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "shows/studios.html"

    on: list[ShowCard]
    coming: list[ShowCard]
    over: list[ShowCard]


class StudioPage(Page, frozen=True, kw_only=True):
    """`may_run` is false for moderators, who keep the chat and do not press the big buttons."""

    template: ClassVar[str] = "shows/studio.html"

    show: ShowCard
    given: str
    may_run: bool
    is_on: bool
    is_rehearsal: bool


@get("/studio")
async def studios(
    viewer: CurrentViewer, render: CurrentRender, shows: Service[Shows], stores: Service[Stores]
) -> Html:
    """The shows of every store that the viewer belongs to."""
    require_signed_in(viewer)
    found = await shows.of_stores([one.store_id for one in viewer.memberships])
    known = await store_names(stores, found)
    parts: dict[str, list[ShowCard]] = {"live": [], "scheduled": [], "ended": [], "cancelled": []}
    for show in found:
        one = card(show, known)
        parts[one.state].append(one)
    return render(
        StudiosPage(on=parts["live"], coming=parts["scheduled"][::-1], over=parts["ended"])
    )


@get("/studio/{slug:str}")
async def studio(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    show = await own_show(viewer, shows, slug)
    store = await stores.store(show.room.store_id)
    run = shown_run(show, staff=True)
    return render(
        StudioPage(
            show=card(show, {store.id: store}),
            given=given(show, store, shows.hosts, is_staff=True),
            may_run=has_role(viewer, store.id, *RUNNING_ROLES),
            is_on=run is not None and run.on,
            is_rehearsal=run is not None and run.on and run.kind.value == "rehearsal",
        )
    )


@post("/studio/{slug:str}/{action:str}")
async def press(
    slug: FromPath[str],
    action: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
) -> Html:
    """The big buttons as plain forms, for a host whose scripts do not come."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    if action not in NOTICES:
        raise NotFound
    try:
        await _run(shows, show, action)
    except DomainError as error:
        return render.see_other(f"/studio/{slug}", render.translator.refusal(error), kind="bad")
    return render.see_other(f"/studio/{slug}", NOTICES[action])


async def _run(shows: Shows, show: Show, action: str) -> None:
    if action == "go-live":
        await shows.go_live(show.slug)
    elif action == "rehearse":
        await shows.rehearse(show.slug)
    else:
        await shows.end(show.slug)


handlers = (studios, studio, press)

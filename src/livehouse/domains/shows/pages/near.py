"""Shows near the viewer: by the city that they choose, or by where they say they are.

Where somebody is comes here rounded to a tenth of a degree, stays in a cookie of the browser's
session, and is kept nowhere else (decision 0148).
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from livehouse.domains.shows.model import WHERE_CHARACTERS_MAX
from livehouse.domains.shows.pages.cards import ShowCard, card, store_names
from livehouse.domains.shows.service import Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.places import ROUGH_DIGITS, checked_spot, read_spot, written
from livehouse.foundation.text import N_
from livehouse.web.context import web_of
from livehouse.web.forms import read_form
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import NEAR_COOKIE, cookie


class HereForm(Struct):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class NearShow(Struct, frozen=True):
    """`km` is None where the viewer has not said where they are."""

    show: ShowCard
    km: int | None


class NearPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "shows/near.html"

    city: str
    cities: Sequence[str]
    is_here: bool
    shows: list[NearShow]


@get("/near")
async def near(
    *,
    request: AnyRequest,
    city: FromQuery[str] = "",
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    city = " ".join(city.replace("\x00", "").split())[:WHERE_CHARACTERS_MAX]
    spot = read_spot(cookie(request, NEAR_COOKIE) or "", digits=ROUGH_DIGITS)
    found = await shows.near(spot=spot, city=city)
    names = await store_names(stores, [one.show for one in found])
    page = NearPage(
        city=city,
        cities=await shows.cities(),
        is_here=spot is not None and not city,
        shows=[
            NearShow(card(one.show, names), None if one.km is None else round(one.km))
            for one in found
        ],
    )
    return render(page, headers={"Cache-Control": "private, no-store"})


@post("/near")
async def say_where(request: AnyRequest, render: CurrentRender) -> Html:
    """Remember roughly where the viewer is, until they close their browser."""
    form = await read_form(request, HereForm)
    if form.value is None:
        return render.see_other("/near", N_("Your browser did not say where you are."), kind="warn")
    try:
        spot = checked_spot(form.value.latitude, form.value.longitude, digits=ROUGH_DIGITS)
    except InvalidInput as refusal:
        return render.refused("/near", refusal)
    return render.see_other("/near", cookies=(web_of(request).cookies.near(written(spot)),))


@post("/near/forget")
async def forget_where(request: AnyRequest, render: CurrentRender) -> Html:
    gone = web_of(request).cookies.gone(NEAR_COOKIE)
    return render.see_other("/near", N_("Forgotten."), cookies=(gone,))


handlers = (near, say_where, forget_where)

"""Offers over HTTP: planning them, and the host's buttons."""

from collections.abc import Sequence
from uuid import UUID

from livehouse.domains.offers.model import Offer
from livehouse.domains.offers.service import Offers
from livehouse.domains.offers.wire import (
    OfferInfo,
    OfferList,
    Pinned,
    PinOffer,
    PlanOffer,
    offer_info,
)
from livehouse.domains.quotas import Quota
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows, state_name
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OfferId
from livehouse.foundation.money import Money
from livehouse.web.guards import has_role, own_show, require_signed_in, require_store
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}
# Before a show begins its prices are the store's own business.
SHOWN_STATES = frozenset({"live", "ended"})


@get("/api/shows/{slug:str}/offers", opt={**SCOPE, "public": True})
async def list_offers(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], offers: Service[Offers]
) -> OfferList:
    """A show's offers in their order; before it begins only its staff sees them."""
    show = await shows.by_slug(slug)
    shown = state_name(show.state) in SHOWN_STATES or has_role(viewer, show.room.store_id)
    return OfferList(await _infos(offers, show) if shown else [])


@post("/api/shows/{slug:str}/offers", opt=SCOPE)
async def plan_offer(
    slug: FromPath[str],
    data: JSONBody[PlanOffer],
    viewer: CurrentViewer,
    shows: Service[Shows],
    offers: Service[Offers],
) -> OfferInfo:
    """Add an offer to a show; one on air shows it at once as planned."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    offer = await offers.plan(
        show.slug,
        data.variant_id,
        price=Money(data.currency, data.price_minor),
        allotment=data.allotment,
        limit=data.limit,
        minutes=data.minutes,
        fair_window_ms=data.fair_window_ms,
        opens_at=data.opens_at,
    )
    return await _info(offers, offer)


@post("/api/offers/{offer_id:str}/open", status_code=200, opt=SCOPE)
async def open_offer(
    offer_id: FromPath[str], viewer: CurrentViewer, offers: Service[Offers]
) -> OfferInfo:
    offer = await _own(viewer, offers, offer_id)
    return await _info(offers, await offers.open(offer.id))


@post("/api/offers/{offer_id:str}/close", status_code=200, opt=SCOPE)
async def close_offer(
    offer_id: FromPath[str], viewer: CurrentViewer, offers: Service[Offers]
) -> OfferInfo:
    offer = await _own(viewer, offers, offer_id)
    return await _info(offers, await offers.close(offer.id))


@post("/api/shows/{slug:str}/pin", status_code=200, opt=SCOPE)
async def pin_offer(
    slug: FromPath[str],
    data: JSONBody[PinOffer],
    viewer: CurrentViewer,
    shows: Service[Shows],
    offers: Service[Offers],
) -> Pinned:
    """Hold one offer up in the room, or take the pin down."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    await offers.pin(show.slug, _offer_id(data.offer_id) if data.offer_id else None)
    return Pinned(data.offer_id)


async def _own(viewer: Viewer, offers: Offers, offer_id: str) -> Offer:
    require_signed_in(viewer)
    offer = await offers.by_id(_offer_id(offer_id))
    require_store(viewer, offer.store_id, *RUNNING_ROLES)
    return offer


def _offer_id(text: str) -> OfferId:
    try:
        return OfferId(UUID(text))
    except ValueError:
        raise NotFound from None


async def _infos(offers: Offers, show: Show) -> list[OfferInfo]:
    return await _listed(offers, await offers.listing(show.id))


async def _info(offers: Offers, offer: Offer) -> OfferInfo:
    found = await offers.listing(offer.show_id)
    (info,) = await _listed(offers, [one for one in found if one[0].id == offer.id])
    return info


async def _listed(offers: Offers, found: Sequence[tuple[Offer, Quota, Quota]]) -> list[OfferInfo]:
    before = await offers.prices_before(offer for offer, _, _ in found)
    return [offer_info(*one, before.get(one[0].id, 0)) for one in found]


handlers = [list_offers, plan_offer, open_offer, close_offer, pin_offer]

"""Opens the demo's night: a stage and a deal room beside it, with all that their sheets name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from livehouse.app import demo_night
from livehouse.app.demo_stores import STAGE, STORES, ShowPlan, StorePlan, lower
from livehouse.app.platform import Platform
from livehouse.domains.offers import Offer
from livehouse.domains.programmes import CompanionKind
from livehouse.domains.shows import Live, Scheduled, Show
from livehouse.domains.stores import Store, Variant
from livehouse.foundation.money import Money

# A night that began so long ago makes place for a new one at the next start.
NIGHT_DURATION = timedelta(hours=2)
OFFERS_PER_SHOW = 8
ALLOTMENT = 30
LIMIT = 2
# So large a share of the stage's simulated viewers has to join before a round is drawn.
GOAL_SHARE = 1, 2
GOAL_MAX = 6


@dataclass(frozen=True, slots=True)
class Night:
    """`offers` are the deal room's without `flash`, which opens at midnight."""

    stage: Show
    deal: Show
    offers: Sequence[Offer]
    flash: Offer


async def tonight(platform: Platform, store: Store, *, source: str, audience: int) -> Night:
    """The night that is on, if it is young and plays the same; else a new one."""
    stage, deal = await _on(platform, STAGE.room), await _on(platform, STORES[0].slug)
    now = platform.clock.now()
    if stage and deal and stage.source == source and _began(stage) + NIGHT_DURATION > now:
        return await _told(platform, stage, deal)
    for show in (stage, deal):
        if show:
            await platform.shows.end(show.slug)
    return await new_night(platform, store, source=source, audience=audience)


async def new_night(platform: Platform, store: Store, *, source: str, audience: int) -> Night:
    deal = await schedule(platform, STORES[0].show)
    offers = await _plan_offers(platform, deal, store)
    await lower(platform, store, offers[1])
    stage = await schedule(platform, STAGE, source=source)
    await platform.companions.link(stage.slug, deal.slug, CompanionKind.DEAL)
    new_id = platform.ids.new
    flash, *others = (offer.id for offer in offers)
    draws = await _plan_draws(platform, stage, store, audience)
    sheet = demo_night.stage_acts(deal.slug, draws, new_id)
    await platform.programmes.save(stage.slug, sheet, version=0)
    await platform.programmes.save(
        deal.slug, demo_night.deal_acts(others, flash, new_id), version=0
    )
    deal = await platform.shows.go_live(deal.slug)
    return await _told(platform, await platform.shows.go_live(stage.slug), deal)


async def schedule(
    platform: Platform, plan: ShowPlan, *, in_: timedelta = timedelta(0), source: str = ""
) -> Show:
    """The next show of that name in its room."""
    slug = plan.slug
    _, earlier = await platform.shows.room(plan.room)
    used = [
        int(show.slug.removeprefix(f"{slug}-")) if show.slug != slug else 1
        for show in earlier
        if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", show.slug)
    ]
    show = await platform.shows.schedule(
        plan.room,
        f"{slug}-{max(used) + 1}" if used else slug,
        plan.title,
        starts_at=platform.clock.now() + in_,
        description=plan.description,
        simulated=True,
        source=source,
    )
    async with platform.database.transaction() as tx:
        await platform.shows.settle(tx, show, plan.where)
    return show


async def plan_next(platform: Platform, plan: StorePlan) -> Show:
    """The other store's show of tomorrow."""
    _, shows = await platform.shows.room(plan.slug)
    coming = next((show for show in shows if isinstance(show.state, Scheduled)), None)
    if coming is not None:
        return coming
    return await schedule(platform, plan.show, in_=timedelta(hours=20))


async def _on(platform: Platform, room: str) -> Show | None:
    _, shows = await platform.shows.room(room)
    return next((show for show in shows if isinstance(show.state, Live)), None)


def _began(show: Show) -> datetime:
    assert isinstance(show.state, Live), "it is on"
    return show.state.started_at


async def _told(platform: Platform, stage: Show, deal: Show) -> Night:
    flash, *offers = (offer for offer, _ in await platform.offers.of_show(deal.id))
    return Night(stage, deal, offers, flash)


async def _plan_offers(platform: Platform, show: Show, store: Store) -> list[Offer]:
    """The flash sale's first: whoever comes just before midnight finds it at the top."""
    page = await platform.stores.products(store.id, published_only=True)
    found = []
    for number, product in enumerate(page.products[: OFFERS_PER_SHOW + 1]):
        variant = product.variants[0]
        offer = await platform.offers.plan(
            show.slug, variant.id, price=_price(variant, tenths=9 if number else 5),
            allotment=ALLOTMENT, limit=LIMIT if number else 0, minutes=demo_night.OFFER_MINUTES,
        )  # fmt: skip
        found.append(offer)
    return found


async def _plan_draws(platform: Platform, stage: Show, store: Store, audience: int) -> list[UUID]:
    """A draw for each lap; where nobody is simulated one visitor fills it."""
    (coupon, *_) = await platform.coupons.promisable_by(store.id)
    part, of = GOAL_SHARE
    goal = max(1, min(GOAL_MAX, (audience + 1) // 2 * part // of))
    return [
        await platform.draws.plan(
            stage,
            demo_night.draw_plan(
                lap, currency=store.currency, coupon_id=coupon.coupon.id, goal=goal
            ),
        )
        for lap in demo_night.laps()
    ]


def _price(variant: Variant, *, tenths: int) -> Money:
    """So many tenths of the price in the shop, in whole units of the currency."""
    minor = variant.price.minor * tenths // 10
    return Money(variant.price.currency, max(100, minor - minor % 100))

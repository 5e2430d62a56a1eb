"""The host's part in battles: they are begun, watched, and held votes are decided."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd import POINTS_MAX, REWARDED_MAX, Reward
from livehouse.domains.offers import choices
from livehouse.domains.play.model.battles import (
    FREE_VOTES_MAX,
    FRIEND_VOTES_MAX,
    LASTS_MAX,
    TITLE_CHARACTERS_MAX,
    HeldPlace,
    Kind,
    ranked,
)
from livehouse.domains.play.service import Battles, Endings
from livehouse.domains.play.service.battles import Standing
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import BattleId, CouponId, PersonId
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import require_signed_in, require_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer

CONTESTANTS_CHARACTERS_MAX = 2_000
MINUTES_MAX = int(LASTS_MAX.total_seconds()) // 60


class BattleForm(Struct):
    """`contestants` stand one in each line; `fan_coupon` is what the winner's fans get."""

    kind: Literal["battle", "poll"]
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    contestants: Annotated[str, Meta(min_length=1, max_length=CONTESTANTS_CHARACTERS_MAX)]
    free_votes: Annotated[int, Meta(ge=1, le=FREE_VOTES_MAX)]
    minutes: Annotated[int, Meta(ge=1, le=MINUTES_MAX)]
    friend_votes: Annotated[int, Meta(ge=0, le=FRIEND_VOTES_MAX)] = 0
    fan_points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0
    fan_coupon: UUID | None = None
    coupon_fans: Annotated[int, Meta(ge=0, le=REWARDED_MAX)] | None = None


class BattleRow(Struct, frozen=True, kw_only=True):
    """`ranking` has name and votes, the first at the top; `held` votes wait for the staff, by the
    `places` they come from, until `check_until` once the time is up."""

    id: BattleId
    title: str
    is_over: bool
    closes_at: datetime
    ranking: list[tuple[str, int]]
    held: int
    places: list[HeldPlace]
    check_until: datetime | None


class PlaceForm(Struct):
    """`address` is where votes came from; empty where that is not known."""

    address: Annotated[str, Meta(max_length=60)] = ""


class BattlesPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "play/battles.html"

    show_slug: str
    show_title: str
    is_on: bool
    battles: list[BattleRow]
    sources: list[tuple[str, str]]
    form: Form[BattleForm]


@get("/studio/{slug:str}/battles")
async def battles_page(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    battles: Service[Battles],
    battle_ends: Service[Endings],
) -> Html:
    show, _ = await _let_in(viewer, shows, slug)
    form: Form[BattleForm] = Form.blank(kind="battle", free_votes=10, minutes=60, friend_votes=5)
    return render(await _page(show, battles, battle_ends, form))


@post("/studio/{slug:str}/battles")
async def begin_battle(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    battles: Service[Battles],
    battle_ends: Service[Endings],
) -> Html:
    show, _ = await _let_in(viewer, shows, slug)
    form = await read_form(request, BattleForm)
    if form.value is not None:
        typed = form.value
        names = [line for line in typed.contestants.splitlines() if line.strip()]
        lasts = timedelta(minutes=typed.minutes)
        try:
            kind = Kind(typed.kind)
            free_votes = 1 if kind is Kind.POLL else typed.free_votes
            coupon_id = CouponId(typed.fan_coupon) if typed.fan_coupon else None
            await battles.begin(
                slug, typed.title, names, free_votes, lasts, kind=kind,
                friend_votes=0 if kind is Kind.POLL else typed.friend_votes,
                reward=Reward(points=typed.fan_points, coupon_id=coupon_id),
                coupon_fans=typed.coupon_fans or 0 if coupon_id else 0,
            )  # fmt: skip
            return render.see_other(f"/studio/{slug}/battles", N_("It is on."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(show, battles, battle_ends, form), status_code=422)


@post("/studio/{slug:str}/battles/{battle_id:uuid}/{step:str}")
async def decide_votes(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    battle_id: FromPath[UUID],
    step: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    battle_ends: Service[Endings],
) -> Html:
    """The staff has looked at votes that were held back: they count, or they never will."""
    show, by = await _let_in(viewer, battle_ends.battles.shows, slug)
    if step not in {"release", "refuse", "release-all", "refuse-all"}:
        raise NotFound
    here = f"/studio/{slug}/battles"
    form = await read_form(request, PlaceForm)
    typed = form.value.address if form.value else ""
    address = None if step.endswith("-all") else typed
    counts = step.startswith("release")
    try:
        await battle_ends.decide(show, BattleId(battle_id), address, counts=counts, by=by)
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here, N_("They count now.") if counts else N_("They do not count."))


async def _page(
    show: Show, battles: Battles, endings: Endings, form: Form[BattleForm]
) -> BattlesPage:
    return BattlesPage(
        show_slug=show.slug,
        show_title=show.title,
        is_on=show.run is not None and show.run.on,
        battles=[
            _row(one, await endings.held(show, one.battle.id) if one.held else [])
            for one in await battles.of_show(show)
        ],
        sources=choices(await battles.rewards.coupons.promisable_by(show.room.store_id)),
        form=form,
    )


def _row(one: Standing, places: list[HeldPlace]) -> BattleRow:
    names = one.battle.contestants
    order = ranked(one.totals, len(names))
    return BattleRow(
        id=one.battle.id,
        title=one.battle.title,
        is_over=one.battle.ended_at is not None,
        closes_at=one.battle.last_moment,
        check_until=one.battle.check_until,
        ranking=[(names[number], one.totals.get(number, 0)) for number in order],
        held=one.held,
        places=places,
    )


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> tuple[Show, PersonId]:
    require_signed_in(viewer)
    show = await shows.by_slug(slug)
    return show, require_store(viewer, show.room.store_id, *RUNNING_ROLES)


handlers = (battles_page, begin_battle, decide_votes)

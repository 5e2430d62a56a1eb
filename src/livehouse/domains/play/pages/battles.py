"""The host's part in battles: they are begun, watched, and held votes are let go."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd import POINTS_MAX, Reward
from livehouse.domains.play.model.battles import (
    FREE_VOTES_MAX,
    FRIEND_VOTES_MAX,
    LASTS_MAX,
    TITLE_CHARACTERS_MAX,
    Kind,
    ranked,
)
from livehouse.domains.play.service import Battles
from livehouse.domains.play.service.battles import Standing
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import BattleId, CouponId
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


class BattleRow(Struct, frozen=True, kw_only=True):
    """`ranking` has name and votes, the first at the top; `held` votes wait for the staff."""

    id: BattleId
    title: str
    is_over: bool
    closes_at: datetime
    ranking: list[tuple[str, int]]
    held: int


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
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    battles: Service[Battles],
) -> Html:
    show = await _let_in(viewer, shows, slug)
    form: Form[BattleForm] = Form.blank(kind="battle", free_votes=10, minutes=60, friend_votes=5)
    return render(await _page(show, battles, form))


@post("/studio/{slug:str}/battles")
async def begin_battle(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    battles: Service[Battles],
) -> Html:
    show = await _let_in(viewer, shows, slug)
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
            )  # fmt: skip
            return render.see_other(f"/studio/{slug}/battles", N_("It is on."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(show, battles, form), status_code=422)


@post("/studio/{slug:str}/battles/{battle_id:uuid}/release")
async def release_votes(
    *,
    slug: FromPath[str],
    battle_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    battles: Service[Battles],
) -> Html:
    """The staff has looked at the votes that were held back: they count."""
    show = await _let_in(viewer, shows, slug)
    await battles.release(show, BattleId(battle_id))
    return render.see_other(f"/studio/{slug}/battles", N_("They count now."))


async def _page(show: Show, battles: Battles, form: Form[BattleForm]) -> BattlesPage:
    return BattlesPage(
        show_slug=show.slug,
        show_title=show.title,
        is_on=show.run is not None and show.run.on,
        battles=[_row(one) for one in await battles.of_show(show)],
        sources=[
            (str(one.coupon.id), one.coupon.label)
            for one in await battles.rewards.coupons.issued_by(show.room.store_id)
        ],
        form=form,
    )


def _row(one: Standing) -> BattleRow:
    names = one.battle.contestants
    order = ranked(one.totals, len(names))
    return BattleRow(
        id=one.battle.id,
        title=one.battle.title,
        is_over=one.battle.ended_at is not None,
        closes_at=one.battle.closes_at,
        ranking=[(names[number], one.totals.get(number, 0)) for number in order],
        held=one.held,
    )


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> Show:
    require_signed_in(viewer)
    show = await shows.by_slug(slug)
    require_store(viewer, show.room.store_id, *RUNNING_ROLES)
    return show


handlers = (battles_page, begin_battle, release_votes)

"""The host's part in battles: they are begun, watched, and held votes are decided."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd import POINTS_MAX, REWARDED_MAX
from livehouse.domains.offers import choices
from livehouse.domains.play.model.battles import (
    FREE_VOTES_MAX,
    FRIEND_VOTES_MAX,
    TITLE_CHARACTERS_MAX,
    BattlePlan,
    HeldPlace,
    ranked,
)
from livehouse.domains.play.service import Battles, Endings
from livehouse.domains.play.service.battles import Standing
from livehouse.domains.play.wire import BATTLE_MINUTES_MAX, PrepareVote, battle_plan
from livehouse.domains.programmes import CueKind, Preparations
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import BattleId, PersonId, StoreId
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import own_show, require_signed_in
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
from livehouse.web.rendering import Render

CONTESTANTS_CHARACTERS_MAX = 2_000


class BattleForm(Struct):
    """`contestants` stand one in each line; `fan_coupon` is what the winner's fans get. `later`: a
    cue begins it."""

    kind: Literal["battle", "poll"]
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    contestants: Annotated[str, Meta(min_length=1, max_length=CONTESTANTS_CHARACTERS_MAX)]
    free_votes: Annotated[int, Meta(ge=1, le=FREE_VOTES_MAX)]
    minutes: Annotated[int, Meta(ge=1, le=BATTLE_MINUTES_MAX)]
    friend_votes: Annotated[int, Meta(ge=0, le=FRIEND_VOTES_MAX)] = 0
    fan_points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0
    fan_coupon: UUID | None = None
    coupon_fans: Annotated[int, Meta(ge=0, le=REWARDED_MAX)] | None = None
    later: bool = False


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
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form: Form[BattleForm] = Form.blank(kind="battle", free_votes=10, minutes=60, friend_votes=5)
    return render(await _page(show, battles, battle_ends, form))


@post("/studio/{slug:str}/battles")
async def begin_battle(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    battles: Service[Battles],
    battle_ends: Service[Endings],
    preparations: Service[Preparations],
) -> Html:
    """Begin it now, or keep it ready for a cue."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form = await read_form(request, BattleForm)
    if form.value is not None:
        plan = _plan(form.value)
        try:
            if form.value.later:
                await battles.check(show, plan)
                await preparations.keep(show, CueKind.VOTE, plan.title, plan)
                told = N_("It is ready. A cue of the run-sheet begins it.")
            else:
                await battles.begin(slug, plan)
                told = N_("It is on.")
            return render.see_other(f"/studio/{slug}/battles", told)
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
    show = await own_show(viewer, battle_ends.battles.shows, slug, *RUNNING_ROLES)
    by = require_signed_in(viewer)
    deciding = Deciding(battle_ends, show.room.store_id, BattleId(battle_id), by)
    return await deciding.press(request, render, step, f"/studio/{slug}/battles")


class Deciding(Struct, frozen=True):
    """Somebody of the staff decides about the held votes of a battle."""

    endings: Endings
    store_id: StoreId
    battle_id: BattleId
    by: PersonId

    async def press(self, request: AnyRequest, render: Render, step: str, here: str) -> Html:
        if step not in {"release", "refuse", "release-all", "refuse-all"}:
            raise NotFound
        form = await read_form(request, PlaceForm)
        typed = form.value.address if form.value else ""
        address = None if step.endswith("-all") else typed
        counts = step.startswith("release")
        try:
            await self.endings.decide(
                self.store_id, self.battle_id, address, counts=counts, by=self.by
            )
        except NotFound:
            raise
        except DomainError as refusal:
            return render.refused(here, refusal)
        told = N_("They count now.") if counts else N_("They do not count.")
        return render.see_other(here, told)


def _plan(typed: BattleForm) -> BattlePlan:
    return battle_plan(
        PrepareVote(
            kind=typed.kind, title=typed.title, contestants=tuple(typed.contestants.splitlines()),
            minutes=typed.minutes, free_votes=typed.free_votes, friend_votes=typed.friend_votes,
            points=typed.fan_points, coupon_id=typed.fan_coupon,
            coupon_fans=typed.coupon_fans or 0,
        )
    )  # fmt: skip


async def _page(
    show: Show, battles: Battles, endings: Endings, form: Form[BattleForm]
) -> BattlesPage:
    store_id = show.room.store_id
    return BattlesPage(
        show_slug=show.slug,
        show_title=show.title,
        is_on=show.run is not None and show.run.on,
        battles=[
            battle_row(one, await endings.held(store_id, one.battle.id) if one.held else [])
            for one in await battles.of_show(show)
        ],
        sources=choices(await battles.rewards.coupons.promisable_by(show.room.store_id)),
        form=form,
    )


def battle_row(one: Standing, places: list[HeldPlace]) -> BattleRow:
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


handlers = (battles_page, begin_battle, decide_votes)

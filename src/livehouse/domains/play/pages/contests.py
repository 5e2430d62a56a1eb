"""Star battles over several days: planned in the console, followed by anybody."""

from datetime import date, datetime, time
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd import POINTS_MAX
from livehouse.domains.play.model.battles import (
    FREE_VOTES_MAX,
    FRIEND_VOTES_MAX,
    TITLE_CHARACTERS_MAX,
)
from livehouse.domains.play.model.contests import ROUNDS_MAX, ContestStanding
from livehouse.domains.play.pages.battles import BattleRow, Deciding, battle_row
from livehouse.domains.play.service import Contests, Endings
from livehouse.domains.shows import RUNNING_ROLES
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import BattleId, ContestId
from livehouse.foundation.text import N_
from livehouse.web.context import origin_of
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import own_store, require_signed_in
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

CONTESTANTS_CHARACTERS_MAX = 2_000


class ContestForm(Struct):
    """`contestants` stand one in each line; days and times are the store's."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    contestants: Annotated[str, Meta(min_length=1, max_length=CONTESTANTS_CHARACTERS_MAX)]
    first_day: date
    days: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)]
    begins: Annotated[str, Meta(min_length=1, max_length=20)]
    ends: Annotated[str, Meta(min_length=1, max_length=20)]
    free_votes: Annotated[int, Meta(ge=1, le=FREE_VOTES_MAX)]
    friend_votes: Annotated[int, Meta(ge=0, le=FRIEND_VOTES_MAX)] = 0
    fan_points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0


class ContestRow(Struct, frozen=True, kw_only=True):
    id: ContestId
    title: str
    rounds: int
    opens_at: datetime
    closes_at: datetime


class ContestsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "play/contests.html"

    store: Store
    section: str = "contests"
    contests: list[ContestRow]
    checks: list[BattleRow]
    form: Form[ContestForm]


class PlaceRow(Struct, frozen=True, kw_only=True):
    name: str
    votes: int
    days: int


class DayRow(Struct, frozen=True, kw_only=True):
    """`state` is planned, open, checked, over or missed; `sums` has names and votes as listed."""

    number: int
    opens_at: datetime
    closes_at: datetime
    state: str
    winner: str
    sums: list[tuple[str, int]]
    show_slug: str
    show_title: str


class ContestPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "play/contest.html"

    id: ContestId
    title: str
    address: str
    is_signed_in: bool
    free_votes: int
    store_slug: str
    store_name: str
    ranking: list[PlaceRow]
    days: list[DayRow]


@get("/contests/{contest_id:uuid}")
async def contest_page(
    *,
    request: AnyRequest,
    contest_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    contests: Service[Contests],
) -> Html:
    """Voting, the whole ranking and every day of it: where its links lead."""
    standing = await contests.standing(ContestId(contest_id))
    contest = standing.contest
    seller = await stores.store(contest.store_id)
    return render(
        ContestPage(
            id=contest.id,
            title=contest.title,
            address=f"{origin_of(request)}/contests/{contest.id}",
            is_signed_in=viewer.person_id is not None,
            free_votes=contest.free_votes,
            store_slug=seller.slug,
            store_name=seller.name,
            ranking=[
                PlaceRow(name=contest.contestants[one.contestant], votes=one.votes, days=one.days)
                for one in standing.ranking
            ],
            days=_days(standing, contests.battles.clock.now()),
        )
    )


@get("/console/{slug:str}/contests")
async def contests_page(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    contests: Service[Contests],
    battle_ends: Service[Endings],
) -> Html:
    store = await own_store(viewer, stores, slug, *RUNNING_ROLES)
    form: Form[ContestForm] = Form.blank(
        days=7, begins="20:00", ends="22:00", free_votes=10, friend_votes=5, fan_points=0
    )
    return render(await _page(store, contests, battle_ends, form))


@post("/console/{slug:str}/contests")
async def make_contest(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    contests: Service[Contests],
    battle_ends: Service[Endings],
) -> Html:
    store = await own_store(viewer, stores, slug, *RUNNING_ROLES)
    form = await read_form(request, ContestForm)
    if form.value is not None:
        typed = form.value
        names = [line for line in typed.contestants.splitlines() if line.strip()]
        try:
            made = await contests.make(
                store, typed.title, names, first_day=typed.first_day, days=typed.days,
                begins=_time(typed.begins, "begins"), ends=_time(typed.ends, "ends"),
                free_votes=typed.free_votes,
                friend_votes=typed.friend_votes, fan_points=typed.fan_points,
            )  # fmt: skip
            return render.see_other(f"/contests/{made.id}", N_("It is planned."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(store, contests, battle_ends, form), status_code=422)


def _time(typed: str, field: str) -> time:
    """What a field of the type time says; browsers leave the seconds out."""
    try:
        return time.fromisoformat(typed).replace(tzinfo=None)
    except ValueError:
        raise InvalidInput(field=field, problem=N_("this is not a time")) from None


async def _page(
    store: Store, contests: Contests, endings: Endings, form: Form[ContestForm]
) -> ContestsPage:
    return ContestsPage(
        store=store,
        contests=[
            ContestRow(
                id=one.id,
                title=one.title,
                rounds=len(one.rounds),
                opens_at=one.rounds[0].opens_at,
                closes_at=one.rounds[-1].closes_at,
            )
            for one in await contests.of_store(store.id)
        ],
        checks=[
            battle_row(one, await endings.held(store.id, one.battle.id))
            for one in await contests.held_back(store.id)
        ],
        form=form,
    )


def _days(standing: ContestStanding, now: datetime) -> list[DayRow]:
    names = standing.contest.contestants
    rows = []
    for one in standing.played:
        show = standing.shows.get(one.round.number)
        rows.append(
            DayRow(
                number=one.round.number,
                opens_at=one.round.opens_at,
                closes_at=one.round.closes_at,
                state=one.state(now).value,
                winner=names[one.winner] if one.winner is not None else "",
                sums=[(name, one.totals.get(number, 0)) for number, name in enumerate(names)],
                show_slug=show.slug if show else "",
                show_title=show.title if show else "",
            )
        )
    return rows


@post("/console/{slug:str}/contests/{battle_id:uuid}/{step:str}")
async def decide_votes(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    battle_id: FromPath[UUID],
    step: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    battle_ends: Service[Endings],
    stores: Service[Stores],
) -> Html:
    """The staff has looked at votes that were held back, also between the shows."""
    store = await own_store(viewer, stores, slug, *RUNNING_ROLES)
    by = require_signed_in(viewer)
    deciding = Deciding(battle_ends, store.id, BattleId(battle_id), by)
    return await deciding.press(request, render, step, f"/console/{slug}/contests")


handlers = (contest_page, contests_page, make_contest, decide_votes)

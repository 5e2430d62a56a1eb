"""The host's part: draws are planned, started, and watched while they fill."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd import POINTS_MAX
from livehouse.domains.fairness import PLACES_MAX
from livehouse.domains.offers import choices
from livehouse.domains.people import People, label_lines
from livehouse.domains.play.model.claims import Claim
from livehouse.domains.play.model.rounds import Draw, Round
from livehouse.domains.play.model.terms import (
    CLAIM_HOURS_MAX,
    ENTRANTS_MAX,
    GATHERING_SECONDS,
    KEYWORD_CHARACTERS_MAX,
    ROUNDS_MAX,
    SECONDS_MAX,
    SECONDS_MIN,
    TASK_FRIENDS_MAX,
    TASK_MINUTES_MAX,
    TITLE_CHARACTERS_MAX,
    Kind,
    Plan,
    Tasks,
)
from livehouse.domains.play.pages.prize_lines import (
    MORE,
    MorePrizes,
    PrizeLine,
    more_lines,
    prize_of,
)
from livehouse.domains.play.pages.public import PrizeCard, prize_card
from livehouse.domains.play.service import Claims, Draws
from livehouse.domains.play.wire import place_of, round_id_of
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import RoundId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import (
    has_role,
    own_show,
    own_store,
    require_operator,
    require_signed_in,
)
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
from livehouse.web.i18n import typed_moment

SENDING_ROLES = (Role.EDITOR,)


class DrawForm(Struct):
    """With the first kind of prize; those behind it are `MorePrizes`."""

    kind: Literal["instant", "scheduled", "keyword", "gathering"]
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    prize: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    quantity: Annotated[int, Meta(ge=1, le=PLACES_MAX)]
    seconds: Annotated[int, Meta(ge=SECONDS_MIN, le=SECONDS_MAX)]
    claim_hours: Annotated[int, Meta(ge=1, le=CLAIM_HOURS_MAX)]
    value: Annotated[str, Meta(max_length=20)] = ""
    source: Annotated[str, Meta(max_length=60)] = ""
    points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] | None = None
    goal: Annotated[int, Meta(ge=0, le=ENTRANTS_MAX)] | None = None
    rounds: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] | None = None
    keyword: Annotated[str, Meta(max_length=KEYWORD_CHARACTERS_MAX)] = ""
    starts_at: Annotated[str, Meta(max_length=40)] = ""
    friends: Annotated[int, Meta(ge=0, le=TASK_FRIENDS_MAX)] | None = None
    minutes: Annotated[int, Meta(ge=0, le=TASK_MINUTES_MAX)] | None = None
    follow: bool = False


class NoteForm(Struct):
    note: Annotated[str, Meta(max_length=200)] = ""


class PlanRow(Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    kind: str
    goal: int
    seconds: int
    prizes: str


class RoundRow(Struct, frozen=True, kw_only=True):
    id: RoundId
    title: str
    kind: str
    number: int
    rounds: int
    stage: str
    entrants: int
    goal: int
    closes_at: datetime | None
    is_over: bool


class GamesPage(Page, frozen=True, kw_only=True):
    """`sources` are what can be won beside gifts, as value and words; `more` has the prizes behind
    the first, by the numbers in `lines`."""

    template: ClassVar[str] = "play/games.html"

    show_slug: str
    show_title: str
    is_on: bool
    plans: list[PlanRow]
    rounds: list[RoundRow]
    sources: list[tuple[str, str]]
    zone: str
    form: Form[DrawForm]
    more: Form[Struct]
    lines: list[int]


class ToSendPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "play/to_send.html"

    store: Store
    section: str = "prizes"
    prizes: list[PrizeCard]
    may_send: bool
    now: datetime


class OverduePage(Page, frozen=True, kw_only=True):
    """What stores should have sent, with the names of the stores."""

    template: ClassVar[str] = "play/overdue.html"

    section: str = "prizes"
    prizes: list[tuple[PrizeCard, Store]]


@get("/studio/{slug:str}/games")
async def games(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    draws: Service[Draws],
) -> Html:
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form: Form[DrawForm] = Form.blank(
        kind="gathering", quantity=1, seconds=GATHERING_SECONDS, claim_hours=7 * 24, goal=100,
        rounds=1,
    )  # fmt: skip
    return render(await _games_page(show, draws, form, Form.blank()))


@post("/studio/{slug:str}/games")
async def plan_game(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    draws: Service[Draws],
) -> Html:
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form, more = await read_form(request, DrawForm), await read_form(request, MorePrizes)
    if form.value is not None and more.value is not None:
        try:
            store = await draws.stores.store(show.room.store_id)
            await draws.plan(show, typed_plan(form.value, more.value, store))
            return render.see_other(f"/studio/{slug}/games", N_("It is ready to be started."))
        except DomainError as refusal:
            form, more = _refused(form, more, refusal)
    page = await _games_page(show, draws, form, more)
    return render(page, status_code=422)


@post("/studio/{slug:str}/games/{draw_id:uuid}/{step:str}")
async def press_game(
    *,
    slug: FromPath[str],
    draw_id: FromPath[UUID],
    step: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    draws: Service[Draws],
) -> Html:
    """Start a draw, which freezes it, or throw away a plan."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    by = require_signed_in(viewer)
    here = f"/studio/{slug}/games"
    if step not in {"start", "remove"}:
        raise NotFound
    try:
        if step == "start":
            await draws.start(show.slug, draw_id, by=by)
            return render.see_other(here, N_("It has started. Nobody can change its terms now."))
        await draws.throw_away(show, draw_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here, N_("It is gone."))


@get("/console/{slug:str}/prizes")
async def to_send(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    claims: Service[Claims],
    people: Service[People],
) -> Html:
    """What the store's shows have given away, and where it goes."""
    store = await own_store(viewer, stores, slug)
    found = await claims.of_store(store.id)
    may_send = has_role(viewer, store.id, *SENDING_ROLES)
    labels = await _labels(people, found, viewer.language) if may_send else {}
    cards = [prize_card(one, labels.get((one.round_id, one.position))) for one in found]
    return render(ToSendPage(store=store, prizes=cards, may_send=may_send, now=claims.clock.now()))


@get("/operator/prizes")
async def overdue_prizes(
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    claims: Service[Claims],
) -> Html:
    """Prizes that winners have claimed and stores have not sent in time."""
    require_operator(viewer)
    found = await claims.overdue()
    sellers = {one.id: one for one in await stores.stores({one.store_id for one in found})}
    rows = [(prize_card(one), sellers[one.store_id]) for one in found]
    return render(OverduePage(prizes=rows))


@post("/console/{slug:str}/prizes/{place:str}")
async def mark_sent(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    place: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    claims: Service[Claims],
) -> Html:
    """`place` is the round's id and the place in it."""
    store = await own_store(viewer, stores, slug, *SENDING_ROLES)
    round_id, _, position = place.partition(".")
    form = await read_form(request, NoteForm)
    note = form.value.note if form.value else ""
    await claims.sent(store.id, round_id_of(round_id), place_of(position), note)
    return render.see_other(f"/console/{store.slug}/prizes", N_("Noted: it is on its way."))


def typed_plan(typed: DrawForm, more: Struct, store: Store) -> Plan:
    """The plan that was typed; times are the store's."""
    first = PrizeLine(
        prize=typed.prize, quantity=typed.quantity, value=typed.value, source=typed.source,
        points=typed.points,
    )  # fmt: skip
    is_gathering = typed.kind == Kind.GATHERING.value
    starts_at = None
    if typed.kind == Kind.SCHEDULED.value and typed.starts_at:
        starts_at = typed_moment(typed.starts_at, store.time_zone, field="starts_at")
    return Plan(
        kind=Kind(typed.kind),
        title=" ".join(typed.title.split()),
        prizes=tuple(prize_of(line, store.currency) for line in (first, *more_lines(more))),
        seconds=typed.seconds,
        currency=store.currency,
        goal=typed.goal or 0 if is_gathering else 0,
        rounds=typed.rounds or 1 if is_gathering else 1,
        keyword=" ".join(typed.keyword.split()) if typed.kind == Kind.KEYWORD.value else "",
        claim_hours=typed.claim_hours,
        starts_at=starts_at,
        tasks=Tasks(typed.friends or 0, typed.minutes or 0, typed.follow),
    )


def _refused(
    form: Form[DrawForm], more: Form[Struct], refusal: DomainError
) -> tuple[Form[DrawForm], Form[Struct]]:
    """The forms with the refusal where it belongs: at a field of the lines behind the first, or
    at the others."""
    field = str(refusal.params.get("field", ""))
    if field.rpartition("_")[2].isdecimal():
        return form, more.refuse(refusal)
    return form.refuse(refusal), more


async def _games_page(
    show: Show, draws: Draws, form: Form[DrawForm], more: Form[Struct]
) -> GamesPage:
    store = await draws.stores.store(show.room.store_id)
    goods = await draws.stores.products(store.id, published_only=True)
    variants = [
        (f"goods:{variant.id}", f"{product.title} {variant.title}".strip())
        for product in goods.products
        for variant in product.variants
    ]
    offered = [
        (f"coupon:{coupon_id}", label)
        for coupon_id, label in choices(await draws.coupons.promisable_by(store.id))
    ]
    return GamesPage(
        show_slug=show.slug,
        show_title=show.title,
        is_on=show.run is not None and show.run.on,
        plans=[_plan_row(plan_id, plan) for plan_id, plan in await draws.plans(show)],
        rounds=[
            _round_row(one.draw, round_)
            for one in await draws.started(show)
            for round_ in reversed(one.rounds)
        ],
        sources=[*variants, *offered],
        zone=store.time_zone,
        form=form,
        more=more,
        lines=list(MORE),
    )


def _plan_row(plan_id: UUID, plan: Plan) -> PlanRow:
    return PlanRow(
        id=plan_id,
        title=plan.title,
        kind=plan.kind.value,
        goal=plan.goal,
        seconds=plan.seconds,
        prizes=", ".join(f"{prize.quantity} × {prize.title}" for prize in plan.prizes),
    )


def _round_row(draw: Draw, one: Round) -> RoundRow:
    return RoundRow(
        id=one.id,
        title=draw.plan.title,
        kind=one.kind.value,
        number=one.number,
        rounds=draw.plan.rounds,
        stage=one.stage.value,
        entrants=one.entrants,
        goal=draw.plan.goal,
        closes_at=one.closes_at,
        is_over=one.stage.is_over,
    )


async def _labels(
    people: People, found: list[Claim], language: str
) -> dict[tuple[RoundId, int], list[str]]:
    """Where each prize goes, for those who send."""
    ids = {one.address_id for one in found if one.address_id is not None}
    known = await people.addresses.by_id(ids)
    return {
        (one.round_id, one.position): list(label_lines(known[one.address_id], language))
        for one in found
        if one.address_id in known
    }


handlers = (games, plan_game, press_game, to_send, mark_sent, overdue_prizes)

"""What anybody may see of a draw, in plain words, and what winners do with a prize."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from livehouse.domains.invites import sound_code
from livehouse.domains.people import People
from livehouse.domains.play.model.claims import Claim, State
from livehouse.domains.play.model.rounds import Draw, Round
from livehouse.domains.play.model.terms import Tasks
from livehouse.domains.play.service import Claims, Draws
from livehouse.domains.play.wire import round_id_of
from livehouse.domains.shows import Shows, shared_poster
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import AddressId, PersonId, RoundId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
from livehouse.web.context import origin_of
from livehouse.web.forms import read_form
from livehouse.web.guards import require_signed_in
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

WINNERS_SHOWN_MAX = 500


class PrizeRow(Struct, frozen=True, kw_only=True):
    title: str
    quantity: int
    value: Money | None


class WinnerRow(Struct, frozen=True, kw_only=True):
    """`expired`: not claimed in time; then the next in the order has it."""

    place: int
    name: str
    prize: str
    expired: bool


class DrawPage(Page, frozen=True, kw_only=True):
    """`stage` is promised, open, listed, revealed, done, unfilled or void."""

    template: ClassVar[str] = "play/draw.html"

    round_id: RoundId
    show_slug: str
    show_title: str
    title: str
    number: int
    rounds: int
    stage: str
    goal: int
    entrants: int
    opens_at: datetime | None
    closes_at: datetime | None
    prizes: list[PrizeRow]
    winners: list[WinnerRow]
    tasks: Tasks
    store_name: str
    terms: str
    terms_hash: str
    commitment: str
    root: str
    seed: str
    after_close_seconds: int
    rehearsal: bool
    address: str
    image: str
    by: str

    @property
    def room(self) -> str:
        """The way into the room, which keeps in mind who brought the viewer."""
        return f"/shows/{self.show_slug}{f'?by={self.by}' if self.by else ''}"

    @property
    def missing(self) -> int:
        return max(0, self.goal - self.entrants)


class PrizeCard(Struct, frozen=True, kw_only=True):
    """A prize in somebody's hands. `state` is won, claimed, sent or expired; what is not `is_sent`
    is theirs at once."""

    round_id: RoundId
    place: int
    title: str
    draw_title: str
    state: str
    deadline: datetime
    needs_address: bool
    is_sent: bool
    note: str
    recipient: list[str]
    send_by: datetime | None


class AddressChoice(Struct, frozen=True):
    id: UUID
    words: str


class PrizesPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "play/prizes.html"

    prizes: list[PrizeCard]
    addresses: list[AddressChoice]


class ClaimForm(Struct):
    address_id: UUID | None = None


@get("/draws/{round_id:str}")
async def draw_page(
    request: AnyRequest,
    round_id: FromPath[str],
    render: CurrentRender,
    draws: Service[Draws],
    shows: Service[Shows],
) -> Html:
    """The terms, the proof and the winners of a round, for anybody."""
    draw, one = await draws.round(round_id_of(round_id))
    show = await shows.of_run(draw.run_id)
    rows = await draws.drawn(one.id) if one.stage.value == "done" else []
    return render(
        DrawPage(
            round_id=one.id,
            show_slug=show.slug,
            show_title=show.title,
            title=draw.plan.title,
            number=one.number,
            rounds=draw.plan.rounds,
            stage=one.stage.value,
            goal=draw.plan.goal,
            entrants=one.entrants,
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            prizes=prize_rows(draw, one),
            winners=[
                WinnerRow(
                    place=place,
                    name=name,
                    prize=draw.plan.prizes[prize].title,
                    expired=state == State.EXPIRED.value,
                )
                for place, (name, prize, state) in enumerate(rows, start=1)
                if prize >= 0
            ][:WINNERS_SHOWN_MAX],
            tasks=one.tasks,
            store_name=(await draws.stores.store(draw.store_id)).name,
            terms=one.terms,
            terms_hash=one.terms_hash,
            commitment=one.commitment,
            root=one.root,
            seed=one.seed,
            after_close_seconds=_after_close(one),
            rehearsal=one.rehearsal,
            address=f"{origin_of(request)}/draws/{one.id}",
            image=f"{origin_of(request)}{shared_poster(show)}",
            by=sound_code(str(request.query_params.get("by", ""))),
        )
    )


@get("/prizes")
async def prizes_page(
    viewer: CurrentViewer, render: CurrentRender, claims: Service[Claims], people: Service[People]
) -> Html:
    """What the viewer has won."""
    person_id = require_signed_in(viewer)
    return render(
        PrizesPage(
            prizes=[prize_card(one) for one in await claims.of_person(person_id)],
            addresses=await _addresses(people, person_id),
        )
    )


@post("/prizes/{round_id:str}/{place:int}")
async def claim_prize(
    *,
    request: AnyRequest,
    round_id: FromPath[str],
    place: FromPath[int],
    viewer: CurrentViewer,
    render: CurrentRender,
    claims: Service[Claims],
) -> Html:
    person_id = require_signed_in(viewer)
    form = await read_form(request, ClaimForm)
    chosen = form.value.address_id if form.value else None
    address_id = AddressId(chosen) if chosen else None
    try:
        await claims.claim(round_id_of(round_id), place, person_id, address_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused("/prizes", refusal)
    return render.see_other("/prizes", N_("It is yours. The store has been told."))


def prize_rows(draw: Draw, one: Round) -> list[PrizeRow]:
    return [
        PrizeRow(
            title=prize.title,
            quantity=prize.quantity * one.pot,
            value=Money(draw.plan.currency, prize.value_minor) if prize.value_minor else None,
        )
        for prize in draw.plan.prizes
    ]


def prize_card(claim: Claim, recipient: list[str] | None = None) -> PrizeCard:
    return PrizeCard(
        round_id=claim.round_id,
        place=claim.position,
        title=claim.prize.title,
        draw_title=claim.draw_title,
        state=claim.state.value,
        deadline=claim.deadline,
        needs_address=claim.needs_address,
        is_sent=claim.prize.needs_address,
        note=claim.note,
        recipient=recipient or [],
        send_by=claim.send_by,
    )


async def _addresses(people: People, person_id: PersonId) -> list[AddressChoice]:
    return [
        AddressChoice(one.id, f"{one.lines.recipient}, {one.lines.street}, {one.lines.city}")
        for one in await people.addresses.of(person_id)
    ]


def _after_close(one: Round) -> int:
    """How long after the last moment to join the list was fixed: whoever knows the seed could try
    lists meanwhile."""
    last = one.filled_at or one.closes_at
    if last is None or one.listed_at is None:
        return 0
    return max(0, -(-(to_ms(one.listed_at) - to_ms(last)) // 1000))


handlers = (draw_page, prizes_page, claim_prize)

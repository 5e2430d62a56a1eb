"""Draws, told briefly."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from livehouse.domains.fairness import DrawRecord
from livehouse.domains.play.model.joining import Joined, Joining
from livehouse.domains.play.model.rounds import Round
from livehouse.domains.play.model.terms import Kind, Plan, Prize, PrizeKind
from livehouse.domains.play.service.steps import record_key
from livehouse.domains.shows import Show
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import PersonId, RoundId
from tests.support.shows_world import OWNER, ShowsWorld

MOMENT = timedelta(milliseconds=1)
SECONDS = 60


def a_gift(quantity: int = 2, title: str = "A signed poster") -> Prize:
    return Prize(kind=PrizeKind.GIFT, title=title, quantity=quantity, value_minor=500)


def a_plan(
    *prizes: Prize, kind: Kind = Kind.INSTANT, goal: int = 0, rounds: int = 1, keyword: str = "",
    currency: str = "EUR", starts_at: datetime | None = None,
) -> Plan:  # fmt: skip
    return Plan(
        kind=kind, title="Posters for all", prizes=prizes or (a_gift(),), seconds=SECONDS,
        currency=currency, goal=goal, rounds=rounds, keyword=keyword, starts_at=starts_at,
    )  # fmt: skip


def a_gathering(*prizes: Prize, goal: int = 3, rounds: int = 2) -> Plan:
    return a_plan(*prizes, kind=Kind.GATHERING, goal=goal, rounds=rounds)


async def a_live_show(world: ShowsWorld) -> Show:
    show = await world.a_show()
    return await world.shows.go_live(show.slug)


async def a_started_draw(world: ShowsWorld, plan: Plan, show: Show | None = None) -> Round:
    show = show or await a_live_show(world)
    plan_id = await world.draws.plan(show, plan)
    return await world.draws.start(show.slug, plan_id, by=OWNER)


async def an_open_draw(world: ShowsWorld, plan: Plan | None = None) -> Round:
    one = await a_started_draw(world, plan or a_plan())
    await frames(world)
    return await now(world, one)


async def frames(world: ShowsWorld) -> None:
    """Frame follows frame until nothing moves any more."""
    while True:
        await world.rooms.show()
        if not await world.draw_steps.advance():
            return


async def time_is_up(world: ShowsWorld) -> None:
    await world.clock.advance(timedelta(seconds=SECONDS) + MOMENT)
    await frames(world)


async def now(world: ShowsWorld, one: Round) -> Round:
    return (await world.draws.round(one.id))[1]


def card(world: ShowsWorld, one: Round) -> dict[str, Any]:
    """What the room shows of the draw."""
    draws: Any = world.rooms.state["draws"]
    found: dict[str, Any] = draws[str(one.draw_id)]
    return found


def newest(world: ShowsWorld, one: Round) -> Round:
    """The same draw's round that the room shows."""
    return msgspec.structs.replace(one, id=RoundId(UUID(card(world, one)["round_id"])))


def person(number: int) -> PersonId:
    return PersonId(UUID(int=number))


def joining(
    world: ShowsWorld,
    one: Round,
    number: int,
    *,
    nonce: str = "",
    said: bool = False,
    of_staff: bool = False,
) -> Joining:
    return Joining(
        round_id=one.id,
        person_id=person(number),
        nonce=nonce or world.ids.new().hex + world.ids.new().hex,
        said=said,
        of_staff=of_staff,
    )


async def joined(
    world: ShowsWorld, one: Round, people: Sequence[int], *, said: bool = False
) -> list[Joined]:
    """Everybody joins, and everybody is let in."""
    wishes = [joining(world, one, number, said=said) for number in people]
    told = await world.draws.join(wishes)
    assert not [no for no in told if isinstance(no, DomainError)]
    return [yes for yes in told if isinstance(yes, Joined)]


async def refusal(world: ShowsWorld, wish: Joining) -> str:
    """The code of the no."""
    (told,) = await world.draws.join([wish])
    assert isinstance(told, DomainError), "it was let in"
    return told.code


def record(world: ShowsWorld, one: Round) -> DrawRecord:
    return msgspec.json.decode(world.records.files[record_key(one.id)], type=DrawRecord)

"""A round of a draw, from the promise of its seed to its winners.

A round goes through its stages in one direction, and what the room must have seen of one stage
stands in a frame before the next one begins (decision 0131).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.fairness import commitment_to, hash_of_terms
from livehouse.domains.play.model.terms import ENTRANTS_MAX, Kind, Plan, words_of
from livehouse.foundation.ids import DrawId, PersonId, RoundId, RunId, ShowId, StoreId


class Stage(Enum):
    PROMISED = "promised"  # terms and commitment are on their way into a frame
    OPEN = "open"  # from `opens_at` to `closes_at` one may join
    LISTED = "listed"  # nobody joins any more; the root is on its way into a frame
    REVEALED = "revealed"  # the seed is out and the winners are being drawn
    DONE = "done"
    UNFILLED = "unfilled"  # too few joined: nothing is drawn and the pot rolls on
    VOID = "void"  # the show ended before

    @property
    def is_over(self) -> bool:
        return self in (Stage.DONE, Stage.UNFILLED, Stage.VOID)


class Draw(Struct, frozen=True, kw_only=True):
    """Frozen: the database itself refuses to change it."""

    id: DrawId
    run_id: RunId
    show_id: ShowId
    store_id: StoreId
    plan: Plan


class Round(Struct, frozen=True, kw_only=True):
    """`closes_at` is the last moment at which joining counts, unless the goal is reached before,
    at `filled_at`. `pot` is how many rounds' prizes it is about; `seed` is empty until it is out.
    """

    id: RoundId
    draw_id: DrawId
    run_id: RunId
    number: int
    pot: int
    stage: Stage
    kind: Kind
    keyword: str
    countries: tuple[str, ...]
    capacity: int
    terms: str
    commitment: str
    sealed_seed: bytes
    seconds: int
    not_before: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    filled_at: datetime | None = None
    listed_at: datetime | None = None
    revealed_at: datetime | None = None
    ended_at: datetime | None = None
    entrants: int = 0
    root: str = ""
    seed: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether it is known, and shown, who brought whom."""
        return self.kind is Kind.GATHERING

    @property
    def terms_hash(self) -> str:
        return hash_of_terms(self.terms)


class Seen(Struct, frozen=True):
    """What the newest frame of a room says of a draw."""

    round_id: str = ""
    terms_hash: str = ""
    commitment: str = ""
    root: str = ""


class Winner(Struct, frozen=True, kw_only=True):
    """Somebody at a place of the drawn order. `prize` counts the draw's prizes from 0, and is -1
    for a reserve, who comes in for the next that is not claimed."""

    round_id: RoundId
    position: int
    name: str
    person_id: PersonId
    prize: int
    shown_as: str = ""


def promised(
    draw: Draw, number: int, pot: int, *, round_id: RoundId, seed: bytes, sealed: bytes
) -> Round:
    """A round whose terms and seed are fixed before anybody can join."""
    plan = draw.plan
    return Round(
        id=round_id,
        draw_id=draw.id,
        run_id=draw.run_id,
        number=number,
        pot=pot,
        stage=Stage.PROMISED,
        kind=plan.kind,
        keyword=plan.keyword,
        countries=plan.countries,
        capacity=plan.goal or ENTRANTS_MAX,
        terms=words_of(draw.id, plan, number, pot),
        commitment=commitment_to(round_id, seed),
        sealed_seed=sealed,
        seconds=plan.seconds,
        not_before=plan.starts_at if number == 1 else None,
    )


def shows_promise(seen: Seen, one: Round) -> bool:
    shown = (seen.round_id, seen.terms_hash, seen.commitment)
    return shown == (str(one.id), one.terms_hash, one.commitment)


def shows_list(seen: Seen, one: Round) -> bool:
    return (seen.round_id, seen.root) == (str(one.id), one.root)


def opened(one: Round, now: datetime) -> Round:
    """The round gets its times, by the house's clock, for good."""
    opens_at = max(now, one.not_before or now)
    closes_at = opens_at + timedelta(seconds=one.seconds)
    return replace(one, stage=Stage.OPEN, opens_at=opens_at, closes_at=closes_at)


def is_to_be_closed(one: Round, now: datetime) -> bool:
    assert one.closes_at is not None, "it has been opened"
    return one.filled_at is not None or now > one.closes_at


def has_enough(one: Round, plan: Plan) -> bool:
    return one.entrants >= plan.goal


def listed(one: Round, root: str, now: datetime) -> Round:
    """The list as it stands is the list: from here on its root tells any other apart."""
    return replace(one, stage=Stage.LISTED, root=root, listed_at=now)


def revealed(one: Round, seed: bytes, now: datetime) -> Round:
    return replace(one, stage=Stage.REVEALED, seed=seed.hex(), revealed_at=now)


def ended(one: Round, stage: Stage, now: datetime) -> Round:
    return replace(one, stage=stage, ended_at=now)


def following_pot(one: Round) -> int:
    """How many rounds' prizes the next round is about."""
    return one.pot + 1 if one.stage is Stage.UNFILLED else 1


def prizes_by_place(plan: Plan, pot: int) -> Iterator[int]:
    """Which prize goes to each place, from the first on."""
    for number, prize in enumerate(plan.prizes):
        for _ in range(prize.quantity * pot):
            yield number


def winners_of(
    one: Round, plan: Plan, names: Sequence[str], people: dict[str, tuple[PersonId, str]]
) -> list[Winner]:
    """Who gets what, from the names in drawn order; behind the last prize stand the reserves."""
    prizes = list(prizes_by_place(plan, one.pot))
    return [
        Winner(
            round_id=one.id,
            position=place,
            name=name,
            person_id=people[name][0],
            prize=prizes[place - 1] if place <= len(prizes) else -1,
            shown_as=people[name][1],
        )
        for place, name in enumerate(names, start=1)
    ]


def given(winners: Sequence[Winner], plan: Plan) -> list[int]:
    """How many of each prize were won."""
    counts = [0] * len(plan.prizes)
    for winner in winners:
        if winner.prize >= 0:
            counts[winner.prize] += 1
    return counts

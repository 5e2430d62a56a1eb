"""The prizes of a draw as a host types them: the first is needed, nine more may follow."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct, defstruct

from livehouse.domains.crowd import POINTS_MAX
from livehouse.domains.fairness import PLACES_MAX
from livehouse.domains.play.model.terms import PRIZES_MAX, TITLE_CHARACTERS_MAX, Prize, PrizeKind
from livehouse.domains.play.wire import round_id_of
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.money import parse_money
from livehouse.foundation.text import N_

# Those behind the first, by the number that ends the names of their fields.
MORE = range(2, PRIZES_MAX + 1)


class PrizeLine(Struct, frozen=True, kw_only=True):
    """`source` is a variant's or coupon's id behind its kind, the word points, or empty for a
    gift; `end` ends the names of its fields."""

    prize: str
    quantity: int | None
    value: str
    source: str
    points: int | None
    end: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.prize or self.value or self.source or self.quantity or self.points)


MorePrizes: type[Struct] = defstruct(
    "MorePrizes",
    [
        field
        for number in MORE
        for field in (
            (f"prize_{number}", Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)], ""),
            (f"quantity_{number}", Annotated[int, Meta(ge=1, le=PLACES_MAX)] | None, None),
            (f"value_{number}", Annotated[str, Meta(max_length=20)], ""),
            (f"source_{number}", Annotated[str, Meta(max_length=60)], ""),
            (f"points_{number}", Annotated[int, Meta(ge=0, le=POINTS_MAX)] | None, None),
        )
    ],
)


def more_lines(typed: Struct) -> Iterator[PrizeLine]:
    """The lines that somebody has written anything into."""
    for number in MORE:
        names = ("prize", "quantity", "value", "source", "points")
        values = {name: getattr(typed, f"{name}_{number}") for name in names}
        line = PrizeLine(**values, end=f"_{number}")
        if not line.is_empty:
            yield line


def prize_of(line: PrizeLine, currency: str) -> Prize:
    """The prize of a line; a refusal names the field."""
    word, _, source = line.source.partition(":")
    title = " ".join(line.prize.split())
    if not title:
        raise InvalidInput(field=f"prize{line.end}", problem=N_("write 1 to 120 characters"))
    value = 0
    if line.value:
        value = parse_money(line.value, currency, field=f"value{line.end}").minor
    kind = _kind_of(word, f"source{line.end}")
    return Prize(
        kind=kind,
        title=title,
        quantity=line.quantity or 1,
        value_minor=value,
        source_id=round_id_of(source) if source else None,
        points=line.points or 0 if kind is PrizeKind.POINTS else 0,
    )


def _kind_of(word: str, field: str) -> PrizeKind:
    """Nothing chosen is a gift, which the store gives itself."""
    try:
        return PrizeKind(word) if word else PrizeKind.GIFT
    except ValueError:
        raise InvalidInput(field=field, problem=N_("choose what it is")) from None

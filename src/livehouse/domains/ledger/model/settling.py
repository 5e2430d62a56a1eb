"""Settling with those whose accounts it concerns: periods, statements, payouts."""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import NewType, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

StatementId = NewType("StatementId", UUID)
PayoutRunId = NewType("PayoutRunId", UUID)


class Every(Enum):
    """How long the period of a statement is. A week begins on Monday (ISO 8601)."""

    WEEK = "week"
    MONTH = "month"


class Party(Struct, frozen=True):
    """Who is settled with: periods end at midnight in `time_zone`."""

    name: str
    slug: str
    time_zone: str


class Period(Struct, frozen=True):
    """From `starts_at` until just before `ends_at`."""

    starts_at: datetime
    ends_at: datetime


class Sums(Struct, frozen=True):
    """Minor units, each with the sign that it has for the party: what is taken off is below zero.

    `received` came from buyers (or went back to them), `subsidies` from who bore a discount.
    """

    received_minor: int = 0
    subsidies_minor: int = 0
    commission_minor: int = 0
    paid_out_minor: int = 0

    @property
    def minor(self) -> int:
        return (
            self.received_minor + self.subsidies_minor + self.commission_minor + self.paid_out_minor
        )


class Statement(Struct, frozen=True):
    """What became due in a period. Once made it stays as it is; what comes late is on the next."""

    id: StatementId
    account_id: UUID
    owner: str
    currency: str
    period: Period
    opening_minor: int
    sums: Sums
    line_count: int
    made_at: datetime
    payout_minor: int = 0
    sent_at: datetime | None = None

    @property
    def closing_minor(self) -> int:
        return self.opening_minor + self.sums.minor


class StatementLine(Struct, frozen=True):
    """A booking as it concerns one party. `subject_id` is the order, or a payout's statement."""

    position: int
    kind: str
    subject_id: UUID
    at: datetime
    due_at: datetime
    sums: Sums


class Standing(Struct, frozen=True):
    """What a party has to get: stated and not paid out, due since then, and not due yet."""

    currency: str
    stated_minor: int
    due_minor: int
    waiting_minor: int

    @property
    def minor(self) -> int:
        return self.stated_minor + self.due_minor + self.waiting_minor


class Payout(Struct, frozen=True):
    statement_id: StatementId
    owner: str
    currency: str
    amount_minor: int
    period: Period


class PayoutRun(Struct, frozen=True):
    """Payouts that go to the bank together; `sent_at` is when somebody said that they have."""

    id: PayoutRunId
    made_at: datetime
    sent_at: datetime | None
    count: int
    sums: tuple[tuple[str, int], ...]


def period_of(at: datetime, time_zone: str, every: Every) -> Period:
    """The calendar month or week of `time_zone` that `at` is in."""
    zone = ZoneInfo(time_zone)
    day = at.astimezone(zone).date()
    match every:
        case Every.MONTH:
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
        case Every.WEEK:
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case _:
            assert_never(every)
    return Period(_midnight(first, zone), _midnight(after, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

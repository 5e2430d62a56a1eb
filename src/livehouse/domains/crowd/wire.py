"""What a crowd says over the live connection, and what anybody may read of red packets."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.chat import LINE_CHARACTERS_MAX
from livehouse.domains.crowd.model.drops import (
    PACKETS_MAX,
    POT_MAX,
    SECONDS_MAX,
    SECONDS_MIN,
    TITLE_CHARACTERS_MAX,
    Drop,
    Packet,
    PacketsPlan,
    amounts,
)
from livehouse.domains.crowd.model.quizzes import CHOICES_MAX, Outcome
from livehouse.domains.crowd.model.sharing import Rule
from livehouse.domains.crowd.model.trades import Offered
from livehouse.engine.protocol import Command, Push
from livehouse.foundation.clock import Instant, to_ms
from livehouse.foundation.ids import CouponId, PacketsId, QuestionId, QuizId, StoreId, TradeId

RequestId = Annotated[str, Meta(max_length=64, description="Comes back in the answer.")]


class AskQuestion(Command, frozen=True, tag="crowd.ask"):
    """Ask the host, while `questions.open` says so. Harmless to repeat with the same id."""

    id: Annotated[UUID, Meta(description="Of version 7; the question's, and the answer's.")]
    text: Annotated[str, Meta(max_length=LINE_CHARACTERS_MAX * 4)]


class RaiseQuestion(Command, frozen=True, tag="crowd.raise"):
    """Want to hear this, too. Each person counts once, however often they say so."""

    question_id: Annotated[QuestionId, Meta(description="A key of `questions.board`.")]
    id: RequestId = ""


class AnswerQuiz(Command, frozen=True, tag="crowd.answer"):
    """Answer a quiz. The first answer counts, and nobody sees it before the end."""

    quiz_id: Annotated[QuizId, Meta(description="A key of the state's `quizzes`.")]
    choice: Annotated[int, Meta(ge=0, lt=CHOICES_MAX, description="A key of its `choices`.")]
    id: RequestId = ""


class GrabPacket(Command, frozen=True, tag="crowd.grab"):
    """Reach for a red packet, from `opens_at` on. Each person gets one at most; asked again, the
    answer is the same."""

    drop_id: Annotated[PacketsId, Meta(description="A key of the state's `packets`.")]
    id: RequestId = ""


class QuestionNoted(Push, frozen=True, tag="crowd.noted"):
    """The question, or that you raised it, is in the queue."""

    id: str


class AnswerSealed(Push, frozen=True, tag="crowd.answered"):
    """Your answer is sealed; `crowd.outcome` follows at the end."""

    id: str
    quiz_id: QuizId
    choice: Annotated[int, Meta(description="The one that counts: that of your first answer.")]


class QuizOutcome(Push, frozen=True, tag="crowd.outcome"):
    """How a quiz went for you."""

    quiz_id: QuizId
    right: bool
    won: Annotated[bool, Meta(description="Whether you got the reward; not all can.")]
    points: Annotated[int, Meta(description="What you got; 0 for none.")]


class PacketGrabbed(Push, frozen=True, tag="crowd.grabbed"):
    """Your red packet, and that is durable."""

    id: str
    drop_id: PacketsId
    number: Annotated[int, Meta(description="Counted from 0: the seed says what was in it.")]
    amount: Annotated[int, Meta(description="Points, or 1 for a coupon.")]


class DropInfo(Struct, frozen=True, kw_only=True):
    """Red packets as they fell. `seed` and `amounts` are empty until the end; then `amounts` says
    what was in each, and anybody can compute it from the seed. Moments are in ms."""

    id: PacketsId
    title: str
    kind: str
    count: int
    total: int
    taken: int
    opens_at: int
    closes_at: int
    commitment: str
    seed: str
    amounts: list[int]


class TradeInfo(Struct, frozen=True, kw_only=True):
    """A coupon that points buy, each person one."""

    id: TradeId
    label: str
    points: int
    left: int
    is_mine: bool
    ends_at: Instant


class StorePoints(Struct, frozen=True):
    """What the viewer has at a store, and what it buys."""

    store_id: StoreId
    points: int
    trades: list[TradeInfo]


def trade_info(one: Offered) -> TradeInfo:
    trade = one.trade
    return TradeInfo(
        id=trade.id,
        label=trade.label,
        points=trade.points,
        left=one.left,
        is_mine=one.is_mine,
        ends_at=trade.ends_at,
    )


class SharePromise(Struct, frozen=True, kw_only=True):
    """What a store gives for each friend who is brought into its show and does something."""

    deed: Annotated[str, Meta(description="`watch` or `buy`.")]
    minutes: Annotated[int, Meta(description="Of one run, for `watch`; else 0.")]
    points: Annotated[int, Meta(description="For each friend; 0 for a coupon.")]
    coupon: Annotated[str, Meta(description="What the coupon is called; empty for points.")]
    friends_max: Annotated[int, Meta(description="So many friends count for one person.")]


def share_promise(rule: Rule) -> SharePromise:
    return SharePromise(
        deed=rule.terms.deed.value,
        minutes=rule.terms.minutes,
        points=rule.terms.reward.points,
        coupon=rule.label,
        friends_max=rule.terms.friends_max,
    )


def outcome(told: Outcome) -> QuizOutcome:
    return QuizOutcome(
        quiz_id=told.quiz.id,
        right=told.choice == told.quiz.right,
        won=told.won,
        points=told.quiz.reward.points if told.won else 0,
    )


def grabbed(request_id: str, packet: Packet) -> PacketGrabbed:
    return PacketGrabbed(request_id, packet.drop_id, packet.number, packet.amount)


def drop_info(drop: Drop) -> DropInfo:
    is_over = drop.ended_at is not None
    parts = amounts(drop.seed, drop.total, drop.count) if is_over else []
    return DropInfo(
        id=drop.id,
        title=drop.title,
        kind=drop.kind.value,
        count=drop.count,
        total=drop.total,
        taken=drop.taken,
        opens_at=to_ms(drop.opens_at),
        closes_at=to_ms(drop.closes_at),
        commitment=drop.commitment,
        seed=drop.seed.hex() if is_over else "",
        amounts=parts,
    )


class PreparePackets(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Red packets that a cue lets fall later: `points` in all of them, or a coupon in each."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    count: Annotated[int, Meta(ge=1, le=PACKETS_MAX)]
    seconds: Annotated[int, Meta(ge=SECONDS_MIN, le=SECONDS_MAX)]
    points: Annotated[int, Meta(ge=0, le=POT_MAX)] = 0
    coupon_id: CouponId | None = None


def packets_plan(asked: PreparePackets) -> PacketsPlan:
    return PacketsPlan(
        title=asked.title, count=asked.count, seconds=asked.seconds,
        points=0 if asked.coupon_id else asked.points, coupon_id=asked.coupon_id,
    )  # fmt: skip

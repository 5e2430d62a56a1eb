"""What games say over the live connection and over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd import POINTS_MAX, REWARDED_MAX, Reward
from livehouse.domains.fairness import PLACES_MAX
from livehouse.domains.play.model.battles import (
    CONTESTANTS_MAX,
    FREE_VOTES_MAX,
    FRIEND_VOTES_MAX,
    LASTS_MAX,
    BattlePlan,
)
from livehouse.domains.play.model.battles import Kind as BattleKind
from livehouse.domains.play.model.contests import ContestStanding, Played, State
from livehouse.domains.play.model.joining import Joined, Result
from livehouse.domains.play.model.rounds import Round
from livehouse.domains.play.model.terms import (
    CLAIM_HOURS_MAX,
    ENTRANTS_MAX,
    GATHERING_SECONDS,
    KEYWORD_CHARACTERS_MAX,
    PRIZES_MAX,
    ROUNDS_MAX,
    SECONDS_MAX,
    SECONDS_MIN,
    TASK_FRIENDS_MAX,
    TASK_MINUTES_MAX,
    TITLE_CHARACTERS_MAX,
    Kind,
    Plan,
    Prize,
    PrizeKind,
    Tasks,
)
from livehouse.engine.protocol import Command, Push
from livehouse.foundation.clock import Instant, to_ms
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import BattleId, ContestId, CouponId, DrawId, RoundId

WON = "won"
BATTLE_MINUTES_MAX = int(LASTS_MAX.total_seconds()) // 60
NOT_WON = "not_won"


class JoinDraw(Command, frozen=True, tag="play.join"):
    """Take part in a round of a draw, from `opens_at` to `closes_at` of the state's `draws`.
    Harmless to repeat, also when it is over: then the result follows."""

    id: Annotated[UUID, Meta(description="Comes back in the answer.")]
    round_id: Annotated[RoundId, Meta(description="`round_id` of the draw in the state.")]
    nonce: Annotated[
        str, Meta(max_length=64, description="32 random bytes of your own, as 64 small hex digits.")
    ]


class DrawJoined(Push, frozen=True, tag="play.joined"):
    """You take part, and that is durable. `play.drawn` follows after the draw."""

    id: Annotated[UUID, Meta(description="As it was asked for; the line's, in a keyword draw.")]
    draw_id: DrawId
    round_id: RoundId
    name: Annotated[str, Meta(description="Yours in the list of this round alone.")]
    nonce: Annotated[str, Meta(description="The one that counts: that of your first asking.")]
    friends: Annotated[int, Meta(description="How many came by your link into this round.")]


class DrawResult(Push, frozen=True, tag="play.drawn"):
    """How a round went for you."""

    draw_id: DrawId
    round_id: RoundId
    outcome: Annotated[str, Meta(description="`won`, `not_won`, `unfilled` or `void`.")]
    place: Annotated[int, Meta(description="In the drawn order, from 1; 0: not among the winners.")]
    prize: Annotated[str, Meta(description="What you have won; empty for nothing.")]
    entrants: Annotated[int, Meta(description="How many took part.")]


class PlanPrize(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of prize. `source_id` is the variant's (goods) or the coupon's; `points` is how many
    one prize of points gives."""

    kind: PrizeKind
    title: Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)]
    quantity: Annotated[int, Meta(ge=1)]
    value_minor: Annotated[int, Meta(ge=0)] = 0
    source_id: UUID | None = None
    points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0


class PlanDraw(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A draw to be started later. `seconds` is how long a round is open."""

    kind: Kind
    title: Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)]
    prizes: Annotated[tuple[PlanPrize, ...], Meta(min_length=1, max_length=PRIZES_MAX)]
    seconds: Annotated[int, Meta(ge=SECONDS_MIN, le=SECONDS_MAX)] = GATHERING_SECONDS
    goal: Annotated[int, Meta(ge=0, le=ENTRANTS_MAX)] = 0
    rounds: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] = 1
    keyword: Annotated[str, Meta(max_length=KEYWORD_CHARACTERS_MAX)] = ""
    claim_hours: Annotated[int, Meta(ge=1, le=CLAIM_HOURS_MAX)] = 7 * 24
    starts_at: Instant | None = None
    friends: Annotated[
        int, Meta(ge=0, le=TASK_FRIENDS_MAX, description="To bring into the show before joining.")
    ] = 0
    minutes: Annotated[
        int, Meta(ge=0, le=TASK_MINUTES_MAX, description="To watch of the run before joining.")
    ] = 0
    follow: Annotated[bool, Meta(description="To follow the store before joining.")] = False


class PlannedDraw(Struct, frozen=True):
    """`id` will be the draw's, once it is started."""

    id: UUID
    title: str


class RoundInfo(Struct, frozen=True, kw_only=True):
    """A round as it stands. Moments are in ms, 0 for none yet; `record` is where everything stands
    that a check needs, empty until the draw is over."""

    id: RoundId
    draw_id: DrawId
    number: int
    stage: str
    terms: str
    terms_hash: str
    commitment: str
    root: str
    seed: str
    entrants: int
    opens_at: int
    closes_at: int
    record: str


class MyDraw(Struct, frozen=True):
    """One's own part in a round that friends fill together."""

    takes_part: bool
    friends: Annotated[int, Meta(description="How many came by your link and are in this round.")]
    names: Annotated[list[str], Meta(description="First letters of the newest of them.")]
    done_friends: Annotated[int, Meta(description="Brought into the show, of `task_friends`.")] = 0
    done_minutes: Annotated[int, Meta(description="Watched of the run, of `task_minutes`.")] = 0
    done_follow: Annotated[bool, Meta(description="Follows the store, for `task_follow`.")] = False


class RoundList(Struct, frozen=True):
    """The planned draws of a show, and the rounds of those that were started."""

    planned: list[PlannedDraw]
    rounds: list[RoundInfo]


class ClaimPrize(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a prize should go; a coupon needs no address."""

    address_id: UUID | None = None


class ClaimInfo(Struct, frozen=True, kw_only=True):
    """A prize that somebody has won. `state` is won, claimed, sent or expired."""

    round_id: RoundId
    place: int
    title: str
    state: str
    deadline: Instant


def plan_of(asked: PlanDraw, currency: str) -> Plan:
    return Plan(
        kind=asked.kind,
        title=" ".join(asked.title.split()),
        prizes=tuple(
            Prize(
                kind=one.kind,
                title=" ".join(one.title.split()),
                quantity=one.quantity,
                value_minor=one.value_minor,
                source_id=one.source_id,
                points=one.points,
            )
            for one in asked.prizes
        ),
        seconds=asked.seconds,
        currency=currency,
        goal=asked.goal,
        rounds=asked.rounds,
        keyword=" ".join(asked.keyword.split()),
        claim_hours=asked.claim_hours,
        starts_at=asked.starts_at,
        tasks=Tasks(asked.friends, asked.minutes, asked.follow),
    )


def joined(told: Joined, asked: UUID) -> DrawJoined:
    entry = told.entry
    return DrawJoined(
        id=asked,
        draw_id=told.round.draw_id,
        round_id=entry.round_id,
        name=entry.name.hex(),
        nonce=entry.nonce.hex(),
        friends=told.friends,
    )


def drawn(result: Result) -> DrawResult:
    stage = result.round.stage.value
    outcome = (WON if result.prize else NOT_WON) if stage == "done" else stage
    return DrawResult(
        draw_id=result.round.draw_id,
        round_id=result.round.id,
        outcome=outcome,
        place=result.place,
        prize=result.prize.title if result.prize else "",
        entrants=result.round.entrants,
    )


def round_info(one: Round) -> RoundInfo:
    return RoundInfo(
        id=one.id,
        draw_id=one.draw_id,
        number=one.number,
        stage=one.stage.value,
        terms=one.terms,
        terms_hash=one.terms_hash,
        commitment=one.commitment,
        root=one.root,
        seed=one.seed,
        entrants=one.entrants,
        opens_at=to_ms(one.opens_at) if one.opens_at else 0,
        closes_at=to_ms(one.closes_at) if one.closes_at else 0,
        record=f"/api/draws/{one.id}/record" if has_record(one) else "",
    )


def has_record(one: Round) -> bool:
    """Of what was rehearsed nothing is published."""
    return one.stage.value == "done" and not one.rehearsal


def round_id_of(text: str) -> RoundId:
    try:
        return RoundId(UUID(text))
    except ValueError:
        raise NotFound from None


def place_of(text: str) -> int:
    if not text.isdecimal() or len(text) > len(str(PLACES_MAX)):
        raise NotFound
    return int(text)


class MyVotes(Struct, frozen=True, kw_only=True):
    """Somebody's part in a battle: what they gave today by the contestant's number, what they may
    still give, and how many friends came by their link and voted."""

    given: dict[str, int]
    left: int
    friends: int


class CastVote(Command, frozen=True, tag="play.vote"):
    """Vote. `given` is how many you have given this contestant today in all, so that sending it
    again, late or twice, changes nothing. The largest counts, within the day's free votes."""

    battle_id: Annotated[BattleId, Meta(description="A key of the state's `battles`.")]
    contestant: Annotated[int, Meta(ge=0, le=CONTESTANTS_MAX, description="A key of its names.")]
    given: Annotated[int, Meta(ge=1, le=FREE_VOTES_MAX, description="Today, this one included.")]
    id: Annotated[str, Meta(max_length=64, description="Comes back in a refusal.")] = ""


class VoteCounted(Push, frozen=True, tag="play.voted"):
    """What counts of your votes today, and that is durable. One answer for many votes."""

    battle_id: BattleId
    contestant: int
    votes: Annotated[int, Meta(description="Yours for this contestant today.")]
    left: Annotated[int, Meta(description="How many you may still give today.")]


class PrepareVote(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A battle or a poll that a cue begins later. In a poll everybody has one vote."""

    kind: Literal["battle", "poll"] = "poll"
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    contestants: Annotated[tuple[str, ...], Meta(max_length=CONTESTANTS_MAX)]
    minutes: Annotated[int, Meta(ge=1, le=BATTLE_MINUTES_MAX)]
    free_votes: Annotated[int, Meta(ge=1, le=FREE_VOTES_MAX)] = 1
    friend_votes: Annotated[int, Meta(ge=0, le=FRIEND_VOTES_MAX)] = 0
    points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0
    coupon_id: UUID | None = None
    coupon_fans: Annotated[int, Meta(ge=0, le=REWARDED_MAX)] = 0


def battle_plan(asked: PrepareVote) -> BattlePlan:
    """The plan that was asked for; of a poll's votes nothing is asked."""
    is_poll = asked.kind == BattleKind.POLL.value
    coupon_id = CouponId(asked.coupon_id) if asked.coupon_id else None
    return BattlePlan(
        asked.title,
        tuple(one for one in asked.contestants if one.strip()),
        1 if is_poll else asked.free_votes,
        timedelta(minutes=asked.minutes),
        kind=BattleKind(asked.kind),
        friend_votes=0 if is_poll else asked.friend_votes,
        reward=Reward(points=asked.points, coupon_id=coupon_id),
        coupon_fans=asked.coupon_fans if coupon_id else 0,
    )


class CastOutside(Struct, frozen=True, forbid_unknown_fields=True):
    """A vote on a contest's page, as `play.vote` in a room: `given` is how many you have given this
    contestant today in all."""

    contestant: Annotated[int, Meta(ge=0, le=CONTESTANTS_MAX)]
    given: Annotated[int, Meta(ge=1, le=FREE_VOTES_MAX)]


class VotesLeft(Struct, frozen=True):
    """What counts of your votes for the contestant today, and how many you may still give."""

    votes: int
    left: int


class OpenRound(Struct, frozen=True, kw_only=True):
    """A contest's round as rooms show it under `battles`; names and sums by numbers."""

    id: BattleId
    title: str
    kind: str
    state: str
    free_votes: int
    friend_votes: int
    fan_points: int
    contest: str
    closes_at: int
    first: int
    names: dict[str, str]
    sums: dict[str, int]
    show: str


class ContestPlace(Struct, frozen=True):
    name: str
    votes: int
    days: int


class ContestInfo(Struct, frozen=True, kw_only=True):
    """A contest as it stands, for anybody. `round` is what is voted in, or was last; moments are in
    ms, and `now` is the house's."""

    id: ContestId
    title: str
    now: int
    round: OpenRound | None
    ranking: list[ContestPlace]


def contest_info(standing: ContestStanding, now: datetime) -> ContestInfo:
    contest = standing.contest
    begun = [one for one in standing.played if one.battle is not None]
    return ContestInfo(
        id=contest.id,
        title=contest.title,
        now=to_ms(now),
        round=_round(standing, begun[-1], now) if begun else None,
        ranking=[
            ContestPlace(contest.contestants[one.contestant], one.votes, one.days)
            for one in standing.ranking
        ],
    )


def _round(standing: ContestStanding, one: Played, now: datetime) -> OpenRound:
    battle, state = one.battle, one.state(now)
    assert battle is not None, "it has begun"
    show = standing.shows.get(one.round.number) if battle.run_id else None
    numbered = list(enumerate(battle.contestants))
    return OpenRound(
        id=battle.id, title=battle.title, kind=battle.kind.value,
        state={State.OPEN: "open", State.CHECKED: "checked"}.get(state, "ended"),
        free_votes=battle.free_votes, friend_votes=battle.friend_votes,
        fan_points=battle.reward.points, contest=str(standing.contest.id),
        closes_at=to_ms(battle.closes_at), first=-1 if battle.first is None else battle.first,
        names={str(number): name for number, name in numbered},
        sums={str(number): one.totals.get(number, 0) for number, _ in numbered},
        show=show.slug if show else "",
    )  # fmt: skip

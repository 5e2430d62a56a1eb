"""What has happened in games; the room hears of it."""

from msgspec import Struct

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import BattleId, DrawId, RoundId


class PrizeShown(Struct, frozen=True):
    title: str
    kind: str
    quantity: int
    value_minor: int


class RoundPromised(Fact, frozen=True, kw_only=True, tag="play.round_promised"):
    """A round of a draw: its terms and the seed's hash are fixed from here on."""

    draw_id: DrawId
    round_id: RoundId
    number: int
    rounds: int
    draw_kind: str
    title: str
    keyword: str
    goal: int
    seconds: int
    currency: str
    prizes: tuple[PrizeShown, ...]
    terms_hash: str
    commitment: str
    task_friends: int = 0
    task_minutes: int = 0
    task_follow: bool = False


class RoundOpened(Fact, frozen=True, tag="play.round_opened"):
    draw_id: DrawId
    opens_at_ms: int
    closes_at_ms: int


class EntrantsCounted(Fact, frozen=True, tag="play.entrants_counted"):
    """So many have joined by now."""

    draw_id: DrawId
    round_id: RoundId
    entrants: int


class RoundListed(Fact, frozen=True, tag="play.round_listed"):
    """Nobody joins any more, and the root tells this list apart from any other."""

    draw_id: DrawId
    entrants: int
    root: str


class RoundRevealed(Fact, frozen=True, tag="play.round_revealed"):
    draw_id: DrawId
    seed: str


class RoundEnded(Fact, frozen=True, kw_only=True, tag="play.round_ended"):
    """`winners` are the first of them, by masked names of who agreed to be seen, or by their names
    in the draw; none where nothing was drawn."""

    draw_id: DrawId
    round_id: RoundId
    stage: str
    won: int = 0
    winners: tuple[str, ...] = ()


class BattleBegun(Fact, frozen=True, tag="play.battle_begun"):
    battle_id: BattleId
    title: str
    contestants: tuple[str, ...]
    free_votes: int
    closes_at_ms: int
    battle_kind: str = "battle"
    friend_votes: int = 0
    fan_points: int = 0
    coupon_fans: int = 0
    contest: str = ""


class VotesCounted(Fact, frozen=True, tag="play.votes_counted"):
    """The sums by now, in the order of the contestants."""

    battle_id: BattleId
    sums: tuple[int, ...]


class BattleChecked(Fact, frozen=True, tag="play.battle_checked"):
    """Its time is up, and votes that are held back are looked at until then."""

    battle_id: BattleId
    until_ms: int


class BattleEnded(Fact, frozen=True, tag="play.battle_ended"):
    battle_id: BattleId
    sums: tuple[int, ...]
    first: int

"""The demo's night as it is planned: twelve midnights around the world, each with a song, a draw
that friends fill, a flash sale and an encore. Pure: ids come from outside."""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from livehouse.domains.play.model.terms import Kind, Plan, Prize, PrizeKind
from livehouse.domains.programmes import Act, Cue, CueKind
from livehouse.foundation.ids import ActId, CouponId, CueId, OfferId

NewId = Callable[[], UUID]

# It is always midnight somewhere: so a visitor never waits longer than one lap for it.
CITIES = (
    "Auckland", "Sydney", "Tokyo", "Shanghai", "Bangkok", "Delhi",
    "Dubai", "Istanbul", "Berlin", "Lisbon", "Rio", "New York",
)  # fmt: skip
SONGS = (
    ("River of Lanterns", "Suyin and the Paper Band"),
    ("Salt", "The Tide Sisters"),
    ("Slow Train North", "Otto Lind"),
    ("Kettle Song", "Mei Lin and the Apprentices"),
    ("Blue Hour", "Noor Quartet"),
    ("A Hundred Tines", "Bamboo Drums"),
)
BATTLE_TITLE = "Who plays the encore?"
FREE_VOTES = 30
# Rounds of six minutes and eighteen seconds are for halls that are fuller than ours.
ROUND_SECONDS = 40
ROUNDS = 3
CLAIM_HOURS = 24
FLASH_AFTER_SECONDS = 30


class Lap(NamedTuple):
    city: str
    song: str
    star: str


class Part(Enum):
    """What comes in each lap of the stage. The value is what the host reads, and tells the parts
    of a sheet apart that was kept from an earlier start."""

    WELCOME = "Say hello. It will be midnight somewhere in five minutes."
    SONG = "Leave the stage to the band; the fans vote who plays again."
    DRAW = "Explain the draw: it fills by itself, and friends fill it faster."
    MIDNIGHT = "Count down, and send everybody into the deal room."
    ENCORE = "Call everybody back: the fans have chosen."


SECONDS = {
    Part.WELCOME: 45, Part.SONG: 90, Part.DRAW: 130, Part.MIDNIGHT: 90, Part.ENCORE: 80,
}  # fmt: skip
# How long the deal room's three acts last, beside which acts of the stage.
TABLE_SECONDS = SECONDS[Part.WELCOME] + SECONDS[Part.SONG] + SECONDS[Part.DRAW]
DEAL_ACTS = 3
DEAL_ACT_BESIDE = {
    Part.WELCOME: 0, Part.SONG: 0, Part.DRAW: 0, Part.MIDNIGHT: 1, Part.ENCORE: 2,
}  # fmt: skip
# At the table one offer follows the other; each is looked at before it opens.
LOOK_SECONDS = 6
TABLE_OFFERS = 3
# An offer closes by itself after so long.
OFFER_MINUTES = 1


def laps() -> Iterator[Lap]:
    for number, city in enumerate(CITIES):
        yield Lap(city, *SONGS[number % len(SONGS)])


def stars(number: int) -> tuple[str, ...]:
    """Who stands in the battle of a lap: its own star and the next three."""
    return tuple(SONGS[(number + place) % len(SONGS)][1] for place in range(4))


def draw_plan(lap: Lap, *, currency: str, coupon_id: CouponId, goal: int) -> Plan:
    return Plan(
        kind=Kind.GATHERING,
        title=f"Crazy 6:18 for {lap.city}",
        prizes=(
            Prize(
                kind=PrizeKind.GIFT, title="A cup thrown on stage tonight", quantity=1,
                value_minor=28_00,
            ),
            Prize(
                kind=PrizeKind.COUPON, title="A coupon of the house", quantity=3,
                value_minor=3_00, source_id=coupon_id,
            ),
        ),
        seconds=ROUND_SECONDS,
        currency=currency,
        goal=goal,
        rounds=ROUNDS,
        claim_hours=CLAIM_HOURS,
    )  # fmt: skip


def stage_acts(deal_slug: str, draws: Sequence[UUID], new_id: NewId) -> list[Act]:
    """The stage's sheet: one of the `draws`, as they are planned, for each lap."""

    def act(part: Part, title: str, people: str, *cues: Cue) -> Act:
        return Act(ActId(new_id()), title, SECONDS[part], people, part.value, cues=cues)

    def cue(kind: CueKind, at: int, target: str = "", text: str = "") -> Cue:
        return Cue(CueId(new_id()), kind, at, target, text)

    found = []
    for lap, draw in zip(laps(), draws, strict=True):
        found += [
            act(Part.WELCOME, f"Good evening, {lap.city}", "Mei Lin",
                cue(CueKind.NOTE, 0, text="Smile: the second camera is on you.")),
            act(Part.SONG, lap.song, lap.star),
            act(Part.DRAW, "Crazy 6:18", "Mei Lin and everybody",
                cue(CueKind.DRAW, 3, str(draw))),
            act(Part.MIDNIGHT, f"Midnight in {lap.city}", "Mei Lin",
                cue(CueKind.INVITE, 2, deal_slug, f"Midnight in {lap.city}: half the price, now")),
            act(Part.ENCORE, "Encore: as the fans choose", "the winner of the battle",
                cue(CueKind.INVITE, 2, text="Back to the song")),
        ]  # fmt: skip
    return found


def deal_acts(offers: Sequence[OfferId], flash: OfferId, new_id: NewId) -> list[Act]:
    """The deal room's sheet, in step with the stage's: at midnight `flash` opens."""

    def shown(offer_id: OfferId, at: int) -> tuple[Cue, Cue]:
        target = str(offer_id)
        return (
            Cue(CueId(new_id()), CueKind.PIN, at, target),
            Cue(CueId(new_id()), CueKind.OPEN, at + LOOK_SECONDS, target),
        )

    found = []
    pace = TABLE_SECONDS // TABLE_OFFERS
    for number, lap in enumerate(laps()):
        at = number * (TABLE_OFFERS + 1)
        turn = [offers[(at + place) % len(offers)] for place in range(TABLE_OFFERS + 1)]
        table = [cue for place, one in enumerate(turn[:-1]) for cue in shown(one, 2 + place * pace)]
        midnight = (
            Cue(CueId(new_id()), CueKind.PIN, 0, str(flash)),
            Cue(CueId(new_id()), CueKind.OPEN, FLASH_AFTER_SECONDS, str(flash)),
        )
        found += [
            Act(ActId(new_id()), "At the tea table", TABLE_SECONDS, "Jun",
                offers=tuple(turn[:-1]), cues=tuple(table)),
            Act(ActId(new_id()), f"Flash sale: midnight in {lap.city}", SECONDS[Part.MIDNIGHT],
                "Jun", offers=(flash,), cues=midnight),
            Act(ActId(new_id()), "After midnight", SECONDS[Part.ENCORE], "Jun",
                offers=(turn[-1],), cues=shown(turn[-1], 2)),
        ]  # fmt: skip
    return found


def place_of(acts: Sequence[Act], on: ActId) -> tuple[Part, int] | None:
    """Which part of which lap an act of the stage is, as far as it is one of ours: a visitor who
    signs in as the host may have put others in between."""
    lap = -1
    for act in acts:
        part = next((one for one in Part if one.value == act.script), None)
        lap += part is Part.WELCOME
        if act.id == on:
            return (part, max(lap, 0)) if part else None
    return None


def deal_act_beside(part: Part, lap: int) -> int:
    """How many acts of the deal room have begun while the stage is there."""
    return lap * DEAL_ACTS + DEAL_ACT_BESIDE[part] + 1

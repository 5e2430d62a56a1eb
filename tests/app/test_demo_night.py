"""The demo's run-sheets: whole, in step with each other, and never far from a midnight."""

from itertools import pairwise
from uuid import UUID

import pytest

from livehouse.app.demo_night import (
    CITIES,
    FLASH_AFTER_SECONDS,
    OFFER_MINUTES,
    SECONDS,
    Part,
    deal_act_beside,
    deal_acts,
    place_of,
    stage_acts,
    stars,
)
from livehouse.domains.programmes import Act, CueKind
from livehouse.domains.programmes.model import checked_acts
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import ActId, OfferId, SystemIds

IDS = SystemIds(SystemClock())
OFFERS = [OfferId(UUID(int=number)) for number in range(1, 9)]
FLASH = OfferId(UUID(int=99))
DRAWS = [UUID(int=number) for number in range(200, 200 + len(CITIES))]


@pytest.fixture
def stage() -> list[Act]:
    return stage_acts("tea-at-dusk", DRAWS, IDS.new)


@pytest.fixture
def deal() -> list[Act]:
    return deal_acts(OFFERS, FLASH, IDS.new)


def test_both_sheets_are_as_the_house_takes_them(stage: list[Act], deal: list[Act]) -> None:
    assert checked_acts(stage) == tuple(stage)
    assert checked_acts(deal) == tuple(deal)
    assert sum(act.seconds for act in stage) == sum(act.seconds for act in deal)


def test_at_every_midnight_of_the_stage_the_flash_sale_opens(
    stage: list[Act], deal: list[Act]
) -> None:
    begins = [sum(act.seconds for act in deal[:number]) for number in range(len(deal))]
    opens = [
        at + cue.at_seconds
        for at, act in zip(begins, deal, strict=True)
        for cue in act.cues
        if cue.kind is CueKind.OPEN and cue.target == str(FLASH) and cue.at_seconds is not None
    ]
    at, midnights = 0, []
    for act in stage:
        if act.script == Part.MIDNIGHT.value:
            midnights.append(at + FLASH_AFTER_SECONDS)
        at += act.seconds

    assert opens == midnights
    assert opens[0] < 6 * 60
    assert {later - before for before, later in pairwise(opens)} == {sum(SECONDS.values())}


def test_whatever_is_opened_is_closed_before_its_act_is_over(deal: list[Act]) -> None:
    for act in deal:
        opened = [cue for cue in act.cues if cue.kind is CueKind.OPEN]
        ends = [(cue.at_seconds or 0) + OFFER_MINUTES * 60 for cue in opened]
        assert max(ends) <= act.seconds, act.title


def test_each_act_of_the_stage_has_its_place_beside_the_deal_rooms(
    stage: list[Act], deal: list[Act]
) -> None:
    places = [place_of(stage, act.id) for act in stage]

    assert None not in places
    begun = [deal_act_beside(*place) for place in places if place]
    assert begun == sorted(begun)
    assert begun[-1] == len(deal)


def test_an_act_that_a_visitor_put_in_is_no_part_of_ours(stage: list[Act]) -> None:
    own = Act(ActId(IDS.new()), "My own act", 60)

    assert place_of([stage[0], own, *stage[1:]], own.id) is None
    assert place_of([stage[0], own, *stage[1:]], stage[1].id) == (Part.SONG, 0)


def test_the_star_of_a_lap_stands_in_its_battle(stage: list[Act]) -> None:
    songs = [act for act in stage if act.script == Part.SONG.value]

    for number, song in enumerate(songs):
        assert stars(number)[0] == song.people
        assert len(set(stars(number))) == 4

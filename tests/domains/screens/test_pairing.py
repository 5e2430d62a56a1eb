"""A TV is paired by its code, once, for a while, with one phone; it holds no rights of a buyer."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.domains.screens import (
    Report,
    Screen,
    Screens,
    UnknownCode,
    UnknownScreen,
    Watching,
    Wish,
)
from livehouse.domains.screens.model import (
    CODE_LASTS,
    CODE_SIGNS,
    PAIRED_LASTS,
    SCREENS_MAX,
    read_code,
)
from livehouse.foundation.clock import to_ms
from livehouse.foundation.ids import PersonId, SystemIds
from livehouse.storage.database import Database
from tests.support.clock import ManualClock

ANN, BOB = PersonId(UUID(int=1)), PersonId(UUID(int=2))
SECONDS_MAX = 15.0


@pytest.fixture
def screens(database: Database, clock: ManualClock, ids: SystemIds) -> Screens:
    return Screens(database, clock, ids, Watching(database))


async def a_pair(screens: Screens, person: PersonId = ANN) -> tuple[Screen, str]:
    """A paired screen as the phone knows it, and the screen's token."""
    shown, token = await screens.begin("")
    return await screens.pair(shown.code, person), token


def test_a_code_is_read_however_it_was_typed() -> None:
    assert read_code(" abcd-efgh ") == read_code("ABCD EFGH") == "ABCDEFGH"
    for typed in ("", "ABCDEFG", "ABCDEFGHJ", "ABCD0FGH", "ＡBCDEFGH", "A\0BCDEFG", "x" * 10_000):
        assert read_code(typed) == ""
    assert not set("01ILOU") & set(CODE_SIGNS)


async def test_a_tv_is_paired_by_its_code_and_does_what_the_phone_asks(screens: Screens) -> None:
    before, token = await screens.begin("")
    paired = await screens.pair(f"{before.code[:4]}-{before.code[4:].lower()}", ANN)
    await screens.ask(ANN, paired.id, Wish(show="gala", volume=40))
    await screens.ask(ANN, paired.id, Wish(paused=True))

    shown = await screens.shown(token)

    assert before.person_id is None
    assert (shown.person_id, shown.code) == (ANN, "")
    assert shown.wish == Wish("gala", paused=True, volume=40)
    assert shown.asked == before.asked + 3


async def test_the_phone_hears_what_the_tv_shows(screens: Screens, clock: ManualClock) -> None:
    screen, token = await a_pair(screens)
    now = to_ms(clock.now())
    await screens.tell(token, Report("gala", programme_ms=now - 900, at_ms=now), heard=0)
    first = await screens.own(ANN, screen.id)
    await screens.tell(
        token, Report("gala", paused=True, programme_ms=5, at_ms=now - 3_600_000), heard=0
    )
    second = await screens.own(ANN, screen.id)

    assert first.report.programme_ms == now - 900
    assert second.report == Report("gala", paused=True), "a time that is far off says nothing"
    assert second.told > first.told > screen.told


async def test_the_tvs_own_remote_counts_unless_the_phone_has_asked_since(
    screens: Screens,
) -> None:
    screen, token = await a_pair(screens)
    await screens.ask(ANN, screen.id, Wish(show="deals"))
    heard = await screens.shown(token)
    await screens.tell(token, Report("gala", volume=70), heard=heard.asked)
    own = await screens.shown(token)
    await screens.ask(ANN, screen.id, Wish(show="deals"))
    await screens.tell(token, Report("gala", volume=70), heard=heard.asked)
    asked = await screens.shown(token)

    assert own.wish == Wish("gala", paused=False, volume=70)
    assert asked.wish == Wish("deals", paused=False, volume=70)


async def test_a_code_is_good_once_and_for_ten_minutes(
    screens: Screens, clock: ManualClock
) -> None:
    used, _ = await screens.begin("")
    await screens.pair(used.code, ANN)
    late, token = await screens.begin("")
    same, same_token = await screens.begin(token)
    await clock.advance(CODE_LASTS)
    fresh, fresh_token = await screens.begin(token)

    assert (same.id, same_token) == (late.id, token)
    assert fresh.code != late.code
    assert fresh_token != token
    for code in (used.code, late.code, "ABCDEFGH", ""):
        with pytest.raises(UnknownCode):
            await screens.pair(code, BOB)
        with pytest.raises(UnknownCode):
            await screens.offered(code)


async def test_of_two_phones_with_one_code_one_is_refused(screens: Screens) -> None:
    shown, token = await screens.begin("")

    found = await asyncio.gather(
        screens.pair(shown.code, ANN), screens.pair(shown.code, BOB), return_exceptions=True
    )

    refused = [one for one in found if isinstance(one, UnknownCode)]
    (paired,) = (one for one in found if isinstance(one, Screen))
    assert len(refused) == 1
    assert (await screens.shown(token)).person_id == paired.person_id


async def test_nobody_moves_the_screen_of_another(screens: Screens) -> None:
    screen, token = await a_pair(screens)

    with pytest.raises(UnknownScreen):
        await screens.ask(BOB, screen.id, Wish(show="gala"))
    with pytest.raises(UnknownScreen):
        await screens.own(BOB, screen.id)
    await screens.unpair(BOB, screen.id)
    with pytest.raises(UnknownScreen):
        await screens.shown("another token")

    assert (await screens.shown(token)).wish == Wish()


async def test_either_side_ends_the_pairing(screens: Screens) -> None:
    first, token = await a_pair(screens)
    await screens.leave(token)
    await screens.leave(token)
    with pytest.raises(UnknownScreen):
        await screens.own(ANN, first.id)

    second, token = await a_pair(screens)
    await screens.unpair(ANN, second.id)
    for call in (screens.shown(token), screens.tell(token, Report("gala"), heard=0)):
        with pytest.raises(UnknownScreen):
            await call


async def test_before_it_is_paired_a_screen_speaks_to_nobody(screens: Screens) -> None:
    _, token = await screens.begin("")

    with pytest.raises(UnknownScreen):
        await screens.tell(token, Report("gala"), heard=0)


async def test_a_pairing_lasts_while_somebody_is_there(
    screens: Screens, clock: ManualClock
) -> None:
    screen, token = await a_pair(screens)
    for _ in range(3):
        await clock.advance(PAIRED_LASTS - timedelta(minutes=1))
        await screens.shown(token)
    await clock.advance(PAIRED_LASTS)

    with pytest.raises(UnknownScreen):
        await screens.shown(token)
    with pytest.raises(UnknownScreen):
        await screens.ask(ANN, screen.id, Wish(show="gala"))
    assert await screens.forget_expired() == 1


async def test_a_person_has_few_screens_and_the_oldest_goes(screens: Screens) -> None:
    pairs = [await a_pair(screens) for _ in range(SCREENS_MAX + 1)]

    own = await screens.of_person(ANN)

    assert [one.id for one in own] == [screen.id for screen, _ in reversed(pairs[1:])]
    with pytest.raises(UnknownScreen):
        await screens.shown(pairs[0][1])


async def test_what_is_asked_on_another_node_is_heard(
    screens: Screens, database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    elsewhere = Screens(database, clock, ids, Watching(database))
    screen, token = await a_pair(screens)
    hearing = asyncio.ensure_future(screens.asked(token, screen.asked))

    async with asyncio.timeout(SECONDS_MAX):
        assert not await looks(screens, 0)
        await elsewhere.ask(ANN, screen.id, Wish(show="gala"))
        await looks(screens, 1)
        heard = await hearing
        waiting = asyncio.ensure_future(screens.asked(token, heard.asked))
        await looks(screens, 0)
        await screens.ask(ANN, screen.id, Wish(show="deals"))
        again = await waiting

    assert (heard.wish.show, again.wish.show) == ("gala", "deals")


async def looks(screens: Screens, woken: int) -> int:
    """Look until somebody waits, and so many are woken."""
    while not screens.watching.waits or await screens.watching.look() != woken:  # noqa: ASYNC110
        await asyncio.sleep(0)  # noqa: TID251 - yields, does not wait
    return woken


async def test_who_waits_for_a_screen_that_goes_is_told(screens: Screens) -> None:
    screen, token = await a_pair(screens)
    hearing = asyncio.ensure_future(screens.told(ANN, screen.id, screen.told))
    async with asyncio.timeout(SECONDS_MAX):
        await looks(screens, 0)
        await screens.leave(token)
        with pytest.raises(UnknownScreen):
            await hearing


async def test_a_person_who_is_erased_leaves_no_screen(
    screens: Screens, database: Database
) -> None:
    _, token = await a_pair(screens)
    assert len((await screens.export(ANN))["screens"]) == 1  # type: ignore[arg-type]
    async with database.transaction() as tx:
        await screens.erase(tx, ANN)
    with pytest.raises(UnknownScreen):
        await screens.shown(token)

"""Parts and their playlists: what players rely on, whatever a source does."""

import asyncio
from collections.abc import Iterable, Iterator

import m3u8
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.media.delivery import BadDirectives, Directives, directives_of
from livehouse.media.packager import Init, Output, Packager, Part, Piece, Position, Segment
from livehouse.media.packets import Formats, Kind, Packet, SourceItem
from livehouse.media.profile import PROFILES, Profile
from livehouse.media.window import LiveWindow
from tests.support import hls_rules
from tests.support.media_material import (
    NOON,
    a_picture,
    a_stage,
    formats,
    pictures,
    shown,
)

FAST = PROFILES["fast"]
DEFAULT = PROFILES["default"]


def outputs(items: Iterable[SourceItem], profile: Profile = DEFAULT) -> Iterator[Output]:
    """What viewers see of what comes out."""
    packager = Packager(profile=profile)
    made: list[Output] = []
    for item in items:
        made += packager.begin(item) if isinstance(item, Formats) else packager.add(item)
    made += packager.finish()
    return (output for output in made if not isinstance(output, Piece))


def put(window: LiveWindow, output: Output) -> None:
    match output:
        case Init():
            window.add_init(output)
        case Part():
            window.add_part(output)
        case Segment():
            window.add(output)
        case Piece():
            pass


def a_window(
    items: Iterable[SourceItem], profile: Profile = DEFAULT, *, but: int = 0
) -> tuple[LiveWindow, list[Output]]:
    """A window with all that came out, but the last so many pieces, which come beside it."""
    window = LiveWindow([], 0, profile)
    made = list(outputs(items, profile))
    kept = len(made) - but
    for output in made[:kept]:
        put(window, output)
    return window, made[kept:]


def camera(seconds: float, *, fps: int = 30, group: float = 2.0) -> Iterator[SourceItem]:
    """Pictures and sound of a camera that gives a keyframe every `group` seconds."""
    yield formats()
    sound = 0
    for number in range(round(seconds * fps)):
        ticks = number * 90_000 // fps
        while sound * 1024 * 90_000 // 48_000 <= ticks + 90_000 // fps:
            yield some_sound(sound)
            sound += 1
        key = number % round(group * fps) == 0
        yield a_picture(ticks, key=key, duration=90_000 // fps)


def some_sound(number: int) -> Packet:
    start = number * 1024
    return Packet(Kind.AUDIO, start, start, 1024, key=True, data=b"sound", at=NOON + start // 48)


def read(window: LiveWindow, *, skip: bool = False) -> hls_rules.Listing:
    return hls_rules.read(window.low_latency(skip=skip).decode())


@pytest.mark.parametrize("profile", [DEFAULT, FAST])
@pytest.mark.parametrize("fps", [15, 20, 24, 25, 30, 50, 60])
def test_parts_keep_their_promises_at_every_rate(profile: Profile, fps: int) -> None:
    window = LiveWindow([], 0, profile)
    listing = None
    for output in outputs(camera(9, fps=fps), profile):
        put(window, output)
        after = read(window)
        if listing is not None and listing.segments:
            hls_rules.check_reload(listing, after)
        listing = after

    assert listing is not None
    assert listing.target_seconds == 2
    assert listing.independent
    assert listing.parts[0].independent


def test_the_stages_parts_play_one_by_one() -> None:
    made = a_stage(seconds=5, profile=FAST)
    init, window = made.inits[0].data, LiveWindow([], 0, FAST)
    for output in made.outputs:
        put(window, output)

    listing = read(window)

    for part in made.parts:
        if part.independent:
            frames = shown(init + part.data)
            assert frames[0].clock is not None
            assert abs(frames[0].clock - part.start.at) <= 1
    assert sum(len(shown(init + segment.data)) for segment in made.segments) == sum(
        segment.pictures for segment in made.segments
    )
    assert [segment.uri for segment in listing.segments][-1] == "4.m4s"


def test_players_that_know_no_parts_read_the_same_playlist() -> None:
    window, _ = a_window(camera(9))

    plain = m3u8.loads(window.playlist().decode())
    full = m3u8.loads(window.low_latency().decode())

    assert [found.uri for found in full.segments if found.uri] == [
        found.uri for found in plain.segments
    ]
    assert full.part_inf.part_target == pytest.approx(0.34)
    assert full.server_control.can_block_reload == "YES"
    assert full.server_control.part_hold_back == pytest.approx(1.02)
    assert hls_rules.read(window.playlist().decode()).parts == []


def test_a_segment_grows_part_by_part() -> None:
    window, left = a_window(camera(4.4), but=2)  # its last part, and the segment that it closes

    growing = read(window).growing
    assert growing is not None
    hint = read(window).hint
    put(window, left[0])

    assert growing.number == 2
    assert hint == f"2.{len(growing.parts)}.m4s"
    grown = read(window).growing
    assert grown is not None
    assert grown.parts[-1].uri == hint


def test_an_update_leaves_out_what_players_have() -> None:
    window, _ = a_window(camera(40), but=2)

    whole, update = read(window), read(window, skip=True)

    assert whole.skipped == 0
    assert update.skipped > 5
    assert update.segments == whole.segments[update.skipped :]
    assert update.growing == whole.growing


def test_a_short_playlist_is_never_an_update() -> None:
    window, _ = a_window(camera(9))

    assert read(window, skip=True).skipped == 0


def test_parts_leave_the_playlist_before_their_segments() -> None:
    window, _ = a_window(camera(30), but=2)

    listing = read(window)

    assert [bool(listed.parts) for listed in listing.segments][-2:] == [True, True]
    assert not any(listed.parts for listed in listing.segments[:-3])


def test_a_camera_without_keyframes_is_cut_all_the_same() -> None:
    window, _ = a_window(camera(20, group=8.0))

    listing = read(window)

    assert not listing.independent
    assert max(listed.seconds for listed in listing.segments) <= 2.5
    # Every keyframe begins a segment, so that players who come find one.
    independent = [listed for listed in listing.segments if listed.parts[:1]]
    assert independent


def test_keyframes_begin_segments_however_they_come() -> None:
    made = list(outputs(camera(20, group=3.5)))

    segments = [output for output in made if isinstance(output, Segment)]
    keys = [segment.line.at for segment in segments if segment.line.independent]

    assert keys == [NOON + 3500 * number for number in range(len(keys))]
    assert len(keys) == 6


def test_short_groups_stay_together() -> None:
    items = list(camera(10, group=0.5))
    items[0] = replace(formats(), key_interval_seconds=0.5)

    made = [output for output in outputs(items) if isinstance(output, Segment)]

    assert all(segment.line.seconds == pytest.approx(2.0) for segment in made[:-1])


def test_late_pictures_never_make_a_part_too_long() -> None:
    items = [item for number, item in enumerate(camera(12)) if not 200 < number < 240]
    window, _ = a_window(items)

    assert {listed.series for listed in read(window).segments} == {0}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(min_value=1, max_value=110_000), min_size=30, max_size=160),
    st.lists(st.booleans(), min_size=160, max_size=160),
    st.sampled_from([DEFAULT, FAST]),
)
def test_whatever_a_camera_does_the_playlist_keeps_the_rules(
    steps: list[int], keys: list[bool], profile: Profile
) -> None:
    items: list[SourceItem] = [formats()]
    ticks, sound = 0, 0
    for number, step in enumerate(steps):
        while sound * 1024 * 15 // 8 <= ticks:
            items.append(some_sound(sound))
            sound += 1
        key = number == 0 or keys[number]
        items.append(a_picture(ticks, key=key, duration=min(step, 3000)))
        ticks += step
    window = LiveWindow([], 0, profile)

    for output in outputs(items, profile):
        put(window, output)
        if isinstance(output, Part):
            assert 0 < output.ticks <= profile.part_seconds_max * 90_000
        hls_rules.read(window.playlist().decode())
        for part in hls_rules_parts(window):
            assert part.seconds <= profile.part_seconds_max


def hls_rules_parts(window: LiveWindow) -> list[hls_rules.ListedPart]:
    return [
        hls_rules.ListedPart(found.uri, found.duration, found.independent == "YES")
        for listed in m3u8.loads(window.low_latency().decode()).segments
        for found in listed.parts
    ]


async def test_a_reload_waits_for_the_part_it_asks_for() -> None:
    window, left = a_window(camera(8.4), but=2)
    growing = read(window).growing
    assert growing is not None
    asked = Directives(growing.number, len(growing.parts))

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(window.reaches(asked))
        hinted = tasks.create_task(window.part(growing.number, len(growing.parts)))
        await asyncio.wait({waiting, hinted}, timeout=0.01)
        was_waiting = not waiting.done() and not hinted.done()
        put(window, left[0])

    assert was_waiting
    assert waiting.result()
    assert isinstance(left[0], Part)
    assert hinted.result() == left[0].data


async def test_a_part_beyond_a_segment_is_the_first_of_the_next() -> None:
    window, _ = a_window(camera(4.4), but=2)
    last = read(window).segments[-1]

    assert await window.reaches(Directives(last.number, len(last.parts)))
    assert await window.reaches(Directives(last.number, 2 * len(last.parts)))


async def test_when_the_show_ends_nobody_waits() -> None:
    window, _ = a_window(camera(4))

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(window.reaches(Directives(2, 0)))
        hinted = tasks.create_task(window.part(2, 0))
        await asyncio.wait({waiting, hinted}, timeout=0.01)
        window.end()

    assert waiting.result()
    assert hinted.result() is None
    assert read(window).ended


async def test_a_hint_that_does_not_come_true_is_told() -> None:
    window, _ = a_window(camera(4.2), but=2)
    again = next(
        output for output in outputs([formats(), *pictures(1)]) if isinstance(output, Part)
    )
    number, index = map(int, read(window).hint.split(".")[:2])

    async with asyncio.TaskGroup() as tasks:
        hinted = tasks.create_task(window.part(number, index))
        await asyncio.wait({hinted}, timeout=0.01)
        put(window, replace(again, start=replace(again.start, number=number + 1)))

    assert hinted.result() is None


@pytest.mark.parametrize(
    "asked", [Directives(90, 0), Directives(5, 0), Directives(2, 30), Directives(3, 12)]
)
async def test_what_is_too_far_ahead_is_refused(asked: Directives) -> None:
    window, _ = a_window(camera(4.2), but=2)

    with pytest.raises(BadDirectives):
        await window.reaches(asked)


@pytest.mark.parametrize(
    "query",
    [
        [("_HLS_part", "1")],
        [("_HLS_msn", "-1")],
        [("_HLS_msn", "1.5")],
        [("_HLS_msn", "99999999999")],
        [("_HLS_msn", "01")],
        [("_HLS_msn", "1"), ("_HLS_msn", "2")],
        [("_HLS_msn", "1"), ("_HLS_part", "")],
        [("_HLS_skip", "NO")],
        [("_HLS_push", "1")],
        [("_HLS_msn", "\u0661")],
    ],
)
def test_nonsense_is_refused(query: list[tuple[str, str]]) -> None:
    with pytest.raises(BadDirectives):
        directives_of(query)


def test_directives_are_read() -> None:
    assert directives_of([]) == Directives()
    assert directives_of([("token", "x")]) == Directives()
    query = [("_HLS_msn", "7"), ("_HLS_part", "0"), ("_HLS_skip", "YES")]
    assert directives_of(query) == Directives(7, 0, skip=True)


def test_after_a_restart_no_part_has_an_old_name() -> None:
    before = [output for output in outputs(camera(4.4)) if isinstance(output, Part)]
    packager = Packager(Position(next_number=4, next_init=1, series=0, anchor_at=NOON))
    made = [
        output
        for item in camera(4.4)
        for output in (packager.begin(item) if isinstance(item, Formats) else packager.add(item))
    ]

    again = [output for output in made if isinstance(output, Part)]

    assert again[0].start.discontinuity
    assert {part.start.number for part in before}.isdisjoint(part.start.number for part in again)

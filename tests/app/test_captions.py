"""Which captions a picture is offered with."""

from datetime import timedelta
from uuid import UUID

import m3u8

from livehouse.app.captions import Spoken, with_captions
from livehouse.foundation.ids import RunId
from tests.support.clock import ManualClock

RUN = RunId(UUID(int=1))
OFFERED = b"""#EXTM3U
#EXT-X-VERSION:7
#EXT-X-STREAM-INF:BANDWIDTH=2000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=960x540
index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=200,CODECS="mp4a.40.2"
audio.m3u8
"""


class Languages:
    """A database that a test takes away; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_away = False

    async def languages(self, run_id: RunId) -> dict[str, int]:
        assert run_id == RUN
        self.asked += 1
        if self.is_away:
            raise ConnectionError
        return {"en": 3, "zh-Hans": 1}


def test_every_form_is_offered_with_all_captions() -> None:
    read = m3u8.loads(with_captions(OFFERED, "main.m3u8", ["en", "zh-Hans"]).decode())

    assert [(one.type, one.language, one.name, one.uri) for one in read.media] == [
        ("SUBTITLES", "en", "English", "captions-en.m3u8"),
        ("SUBTITLES", "zh-Hans", "简体中文", "captions-zh-Hans.m3u8"),
    ]
    assert {one.default for one in read.media} == {"NO"}
    assert [one.uri for one in read.playlists] == ["index.m3u8", "audio.m3u8"]
    assert [one.stream_info.subtitles for one in read.playlists] == ["captions"] * 2
    assert read.playlists[0].stream_info.codecs == "avc1.4d401f,mp4a.40.2"


def test_a_recording_has_captions_of_its_own_and_none_change_nothing() -> None:
    assert b'URI="recorded-captions-en.m3u8"' in with_captions(OFFERED, "recorded.m3u8", ["en"])
    assert with_captions(OFFERED, "main.m3u8", []) == OFFERED


async def test_the_picture_does_without_captions_where_the_database_is_away() -> None:
    clock, known = ManualClock(), Languages()
    spoken, empty = Spoken(known, clock), Spoken(known, clock)

    first, again = await spoken.of(RUN), await spoken.of(RUN)
    asked = known.asked
    known.is_away = True
    await clock.advance(timedelta(seconds=3))

    assert first == again == ("en", "zh-Hans")
    assert asked == 1
    assert await spoken.of(RUN) == ("en", "zh-Hans")
    assert await empty.of(RUN) == ()

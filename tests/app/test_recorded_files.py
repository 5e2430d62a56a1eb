"""Files made of recordings come through the app as they lie, whole or in parts."""

from pathlib import Path
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from livehouse.app.recorded_files import FilePassage, ShowNaming, recorded_file
from livehouse.app.video import VideoPassage
from livehouse.domains.recordings import Piece
from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.foundation.ids import RunId, SystemIds
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import Database
from livehouse.web.downloads import attachment
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import web_client

RUN = UUID("01900000-0000-7000-8000-000000000001")
ADDRESS = f"/live/{RUN}/files"


class Called:
    def __init__(self, name: str) -> None:
        self._name = name

    async def of(self, run: RunId, file: str) -> str:
        assert (run, file) == (RUN, "made-whole.mp4")
        return self._name


async def test_a_file_is_handed_on(tmp_path: Path) -> None:
    folder = tmp_path / "live" / str(RUN) / "video"
    folder.mkdir(parents=True)
    content = bytes(range(256)) * 4_000
    (folder / "made-whole.mp4").write_bytes(content)
    (folder / "journal.jsonl").write_text("{}")
    async with MediaSupervisor(tmp_path, SystemClock()).running() as media:
        passage = VideoPassage(media, node="here", makes_video=True, owners=None)
        files = FilePassage(passage, Called("茶会 2026-11-22"), node="here")
        async with (
            files.open(cast(Litestar, None)),
            web_client([recorded_file], files=files) as web,
        ):
            whole = await web.get(f"{ADDRESS}/made-whole.mp4")
            part = await web.get(f"{ADDRESS}/made-whole.mp4", Range="bytes=100-199")
            others = [
                (await web.get(f"{ADDRESS}/{name}")).status_code
                for name in ("made-clip.mp4", "journal.jsonl", "..%2Fjournal.jsonl")
            ]

    assert whole.content == content
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-length"] == str(len(content))
    assert whole.headers["content-disposition"] == (
        'attachment; filename="2026-11-22.mp4"; '
        "filename*=UTF-8''%E8%8C%B6%E4%BC%9A%202026-11-22.mp4"
    )
    assert (part.status_code, part.content) == (206, content[100:200])
    assert others == [404] * 3


async def test_files_are_called_after_their_show_and_clip(
    database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    world = ShowsWorld(database, clock, ids)
    await world.a_show(title="Tea time")
    run = (await world.shows.go_live("tea-time")).run
    assert run is not None
    piece = Piece(to_ms(clock.now()), 0, 60_000)
    await world.recordings.tell(run.id, ms=60_000, size=1, pieces=[piece], is_on=True)
    clip = await world.recordings.make_clip(
        run.id, piece.at, piece.at + 5_000, title="The bowl", begins_with_key=False
    )
    naming = ShowNaming(world.shows, world.recordings, "Asia/Shanghai")
    day = f"{clock.now().astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"

    assert await naming.of(run.id, "made-whole.mp4") == f"Tea time {day}"
    assert await naming.of(run.id, f"made-{clip.name}.mp4") == f"Tea time {day} The bowl"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Tea time", "attachment; filename=\"Tea time.mp4\"; filename*=UTF-8''Tea%20time.mp4"),
        ("Thé", "attachment; filename=\"The.mp4\"; filename*=UTF-8''Th%C3%A9.mp4"),
        ("茶会", "attachment; filename=\"video.mp4\"; filename*=UTF-8''%E8%8C%B6%E4%BC%9A.mp4"),
        ('../a"b\\c\r\n:', "attachment; filename=\"a b c.mp4\"; filename*=UTF-8''a%20b%20c.mp4"),
        ("\x00 . ", "attachment; filename=\"video.mp4\"; filename*=UTF-8''video.mp4"),
    ],
)  # fmt: skip
def test_any_name_fits_into_the_header(name: str, header: str) -> None:
    assert attachment(name, ".mp4") == header


@given(st.text())
def test_no_name_breaks_the_header(name: str) -> None:
    header = attachment(name, ".mp4")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2

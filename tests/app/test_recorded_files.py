"""Files made of recordings come through the app as they lie, whole or in parts."""

from pathlib import Path
from typing import cast
from uuid import UUID

from litestar import Litestar

from livehouse.app.recorded_files import FilePassage, recorded_file
from livehouse.app.video import VideoPassage
from livehouse.foundation.clock import SystemClock
from livehouse.media.supervisor import MediaSupervisor
from tests.support.web_client import web_client

RUN = UUID("01900000-0000-7000-8000-000000000001")
ADDRESS = f"/live/{RUN}/files"


async def test_a_file_is_handed_on(tmp_path: Path) -> None:
    folder = tmp_path / "live" / str(RUN) / "video"
    folder.mkdir(parents=True)
    content = bytes(range(256)) * 4_000
    (folder / "made-whole.mp4").write_bytes(content)
    (folder / "journal.jsonl").write_text("{}")
    async with MediaSupervisor(tmp_path, SystemClock()).running() as media:
        passage = VideoPassage(media, node="here", makes_video=True, owners=None)
        files = FilePassage(passage, node="here")
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
    assert whole.headers["content-disposition"] == 'attachment; filename="whole.mp4"'
    assert (part.status_code, part.content) == (206, content[100:200])
    assert others == [404] * 3

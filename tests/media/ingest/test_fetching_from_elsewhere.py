"""What a host names to fetch from: looked at wherever it leads, and shown like a camera."""

import asyncio
from contextlib import suppress
from pathlib import Path

import av
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from livehouse.media.errors import InvalidSource
from livehouse.media.h264 import MalformedStream
from livehouse.media.ingest import passage as passages
from livehouse.media.ingest.adts import frames_of
from livehouse.media.ingest.errors import FetchNotAllowed, FetchUnreachable
from livehouse.media.ingest.passage import Out, checked_address, passage
from tests.support.media_material import Film
from tests.support.rtsp_camera import rtsp_camera
from tests.support.web_video import serving

READ_SECONDS = 3.0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/live.m3u8",
        "rtsp://[::1]/camera",
        "rtmp://10.0.0.7/live/x",
        "https://169.254.169.254/latest/meta-data",
        "http://[::ffff:192.168.0.1]:8080/live.m3u8",
        "rtsp://2130706433/camera",
        "http://0x7f.1/",
        # Mail, and whatever else listens where no video server does.
        "rtsp://1.1.1.1:25/camera",
    ],
)
async def test_what_is_not_public_or_not_for_video_is_not_fetched(url: str) -> None:
    with pytest.raises(FetchNotAllowed):
        async with passage(url, allow_private=False):
            pass


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "concat:a|b", "udp://239.0.0.1:1234", "http://", "rtsp://a b/c",
            "http://[::1", "rtsp://host:0/camera"],
)  # fmt: skip
def test_only_addresses_of_video_servers_are_taken(url: str) -> None:
    with pytest.raises(InvalidSource):
        checked_address(url)


async def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    with pytest.raises(FetchUnreachable):
        async with passage("rtsp://nobody.invalid/camera", allow_private=False):
            pass


async def opened(out: Out) -> str:
    """What FFmpeg says of it."""

    def look() -> str:
        try:
            with av.open(out.url, options=out.options, timeout=READ_SECONDS) as container:
                return f"{len(container.streams)} streams"
        except (av.error.FFmpegError, OSError, ValueError) as error:
            return type(error).__name__

    return await asyncio.to_thread(look)


class Inside:
    """A server that nobody from outside may reach, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(text="secret")


@pytest.mark.parametrize("way", ["redirect", "playlist", "key", "other protocol", "file"])
async def test_nothing_that_a_server_says_leads_inside(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = Inside()
    async with serving(web.get("/{path:.*}", inside.answer)) as secret:
        port = secret.rpartition(":")[2]
        names = {
            "playlist": f"#EXTINF:2,\n{secret}/a.ts\n",
            "key": f'#EXT-X-KEY:METHOD=AES-128,URI="{secret}/key"\n#EXTINF:2,\n/a.ts\n',
            "other protocol": f"#EXTINF:2,\ntcp://127.0.0.1:{port}/a.ts\n",
            "file": "#EXTINF:2,\nfile:///etc/passwd\n",
        }

        async def playlist(_: web.Request) -> web.Response:
            if way == "redirect":
                raise web.HTTPFound(f"{secret}/live.m3u8")
            text = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n{names[way]}#EXT-X-ENDLIST\n"
            return web.Response(text=text, content_type="application/vnd.apple.mpegurl")

        async with serving(web.get("/live.m3u8", playlist)) as outside:
            _only(outside, monkeypatch)
            async with passage(f"{outside}/live.m3u8", allow_private=False) as out:
                said = await opened(out)

    assert said.endswith("Error")
    assert inside.asked == []


async def test_a_network_camera_cannot_send_us_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = Film(seconds=1.0).write(tmp_path / "film.mp4")
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    inside = await asyncio.start_server(hear, "127.0.0.1", 0)
    elsewhere = f"rtsp://127.0.0.1:{inside.sockets[0].getsockname()[1]}/camera"
    async with inside, rtsp_camera(film, elsewhere=elsewhere) as url:
        _only(url.removesuffix("/camera"), monkeypatch)
        async with passage(url, allow_private=False) as out:
            said = await opened(out)

    assert said.endswith("Error")
    assert heard == []


def _only(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one server of this machine count as outside."""
    outside = int(origin.rpartition(":")[2])
    look = passages.addresses_of

    async def addresses_of(host: str, port: int, *, allow_private: bool) -> object:
        return await look(host, port, allow_private=allow_private or port == outside)

    monkeypatch.setattr(passages, "addresses_of", addresses_of)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00" * 100 + b"\r\n\r\n",
        b"POST http://example.com/ HTTP/1.1\r\n\r\n",
        b"GET /no-host HTTP/1.1\r\n\r\n",
        b"CONNECT [::1 HTTP/1.1\r\n\r\n",
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n",
        b"GET " + b"x" * 64 * 1024,
    ],
)
async def test_garbage_at_the_door_is_hung_up_on(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as outside:
        _only(outside, monkeypatch)
        async with passage(f"{outside}/live.m3u8", allow_private=False) as out:
            _, _, door = out.options["http_proxy"].rpartition(":")
            reader, writer = await asyncio.open_connection("127.0.0.1", int(door))
            writer.write(sent)
            with suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()


@given(st.binary(max_size=64))
def test_sound_of_garbage_is_frames_or_malformed(data: bytes) -> None:
    with suppress(MalformedStream):
        for frame in frames_of(b"\xff\xf1" + data):
            assert len(frame.data) < len(data)


def test_a_transport_streams_sound_says_itself_what_it_is() -> None:
    bare = b"\x21\x00\x03"
    length = 7 + len(bare)
    head = bytes.fromhex("fff14c80") + bytes((length >> 3, length << 5 & 255 | 31, 0xFC))

    frames = list(frames_of((head + bare) * 2))

    assert [frame.data for frame in frames] == [bare, bare]
    assert (frames[0].format.rate, frames[0].format.channels) == (48_000, 2)
    assert frames[0].format.config == bytes.fromhex("1190")

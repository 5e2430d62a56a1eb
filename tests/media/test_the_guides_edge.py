"""The CDN guide's edge: one request to the house for what many want, and nothing else kept."""

import asyncio
import grp
import os
import pwd
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from livehouse.app.bench.ports import free_port
from livehouse.media.serving import AS_ASKED, FOR_EVER, UNSETTLED
from tests.support.media_waiting import eventually
from tests.support.nginx_rtmp import NGINX, listens

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "cdn" / "nginx.conf"
RUN = "/live/01900000-0000-7000-8000-000000000001/video"
CROWD = 20


@dataclass
class Origin:
    """A house that counts what it is asked, and answers when the test says."""

    asked: Counter[str] = field(default_factory=Counter)
    cookies: list[str] = field(default_factory=list)
    is_made: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked[request.path_qs] += 1
        self.cookies.append(request.headers.get("Cookie", ""))
        await self.is_made.wait()
        cache = {"0.0.m4s": FOR_EVER, "index.m3u8": AS_ASKED}.get(request.path.rpartition("/")[2])
        headers = {"Cache-Control": cache or UNSETTLED, "Set-Cookie": "guest=1"}
        return web.Response(text=request.path_qs, headers=headers)


@asynccontextmanager
async def an_edge(folder: Path, origin: Origin) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_get("/{rest:.*}", origin.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = free_port()
    text = GUIDE.read_text()
    for ours, theirs in (
        (f"127.0.0.1:{runner.addresses[0][1]}", "10.0.0.11:8080"),
        (f"listen 127.0.0.1:{port};", "listen 80;"),
        (f"{folder}/cache ", "/var/cache/nginx/livehouse "),
        ("worker_processes 1;", "worker_processes auto;"),
        (f"access_log off;\n    proxy_temp_path {folder}/p; client_body_temp_path {folder}/b;"
         f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;",
         "access_log off;"),
    ):  # fmt: skip
        assert theirs in text
        text = text.replace(theirs, ours)
    file = folder / "nginx.conf"
    # As whoever runs the tests, also where that is root: its workers are to write into our folder.
    who = f"{pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name}"
    file.write_text(
        f"user {who};\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n{text}"
    )
    process = await asyncio.create_subprocess_exec(
        NGINX, "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log"),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await eventually(lambda: listens(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
        await runner.cleanup()


async def test_the_edge_asks_once_for_what_a_crowd_wants(tmp_path: Path) -> None:
    origin = Origin()
    async with an_edge(tmp_path, origin) as edge, aiohttp.ClientSession() as http:

        async def get(path: str) -> tuple[int, str]:
            async with http.get(edge + path, headers={"Cookie": "session=secret"}) as answer:
                assert "Set-Cookie" not in answer.headers
                return answer.status, await answer.text()

        part, playlist = f"{RUN}/0.0.m4s", f"{RUN}/index.m3u8"
        async with asyncio.TaskGroup() as tasks:
            crowd = [tasks.create_task(get(part)) for _ in range(CROWD)]
            await eventually(lambda: _has(origin, part))
            origin.is_made.set()
        answers = {one.result() for one in crowd}
        later = await get(f"{part}?viewer=7")
        first = await get(f"{playlist}?_HLS_msn=7&_HLS_part=1&t=1")
        again = await get(f"{playlist}?t=2&_HLS_part=1&_HLS_msn=7")
        other = await get(f"{playlist}?_HLS_msn=7&_HLS_part=2")
        for _ in range(2):
            await get(f"{RUN}/main.m3u8")
        elsewhere = [
            (await get(path))[0] for path in ("/", "/console", f"{RUN}/../../x", "/whep/r")
        ]

    assert answers == {(200, part)} == {later}
    assert first == again != other
    assert origin.asked[part] == 1
    assert sum(n for path, n in origin.asked.items() if path.startswith(playlist)) == 2
    assert origin.asked[f"{RUN}/main.m3u8"] == 2
    assert elsewhere == [404] * 4
    assert set(origin.cookies) == {""}


async def _has(origin: Origin, path: str) -> bool:
    return origin.asked[path] > 0

"""nginx with Debian's libnginx-mod-rtmp, as an operator would put it in front."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.media_waiting import eventually

NGINX = "/usr/sbin/nginx"
LISTENS_SECONDS_MAX = 30.0
CONFIG = """
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
rtmp {{
  server {{
    listen 127.0.0.1:{port};
    application live {{
      live on;
      allow play 127.0.0.1;
      deny play all;
      on_publish {hooks}/ingest/ready?{query};
      on_publish_done {hooks}/ingest/gone?{query};
    }}
  }}
}}
"""


@asynccontextmanager
async def nginx_rtmp(folder: Path, port: int, *, hooks: str, query: str) -> AsyncIterator[None]:
    """Listen at `port` and ask `hooks`."""
    file = folder / "nginx.conf"
    file.write_text(CONFIG.format(folder=folder, port=port, hooks=hooks, query=query))
    process = await asyncio.create_subprocess_exec(
        NGINX, "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log"),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await eventually(lambda: _listens(port), within=LISTENS_SECONDS_MAX)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0

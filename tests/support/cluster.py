"""A small cluster of real processes: nodes on one database, NATS, and what stands in front."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import UUID

import aiohttp

from livehouse.app.bench.furnishing import Sale, open_sale
from livehouse.app.bench.house import HouseProcess
from livehouse.app.bench.ports import free_port
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.client.following import Astray, Replica, fold
from livehouse.client.room import Room
from livehouse.engine.canonical import hash_of
from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.storage import launch
from tests.support.engine_tasks import running
from tests.support.nats import NatsForTests, running_nats
from tests.support.processes import environment, eventually, is_well

NATS_TOKEN = "token-for-tests"
SIGNING_KEY, SANDBOX_KEY = "s" * 32, "p" * 32
END_SECONDS_MAX = 30.0
_ROOMS = re.compile(r"^livehouse_rooms [1-9]", re.MULTILINE)


class ClusterNode(HouseProcess):
    """One node at an address of its own, which it keeps when it is started again."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        super().__init__(folder, settings)
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Daemon:
    """A server that is no part of the house, such as a cache: started, killed, started again."""

    def __init__(self, command: Sequence[str], port: int) -> None:
        self.port = port
        self._command = command
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Until it accepts connections. It ends when we do, however we end."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(launch.__file__),
            str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()), *self._command,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await eventually(f"{self._command[0]} listens", self._listens)

    async def kill(self) -> None:
        """End it and whatever it has started at once."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            async with asyncio.timeout(END_SECONDS_MAX):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _listens(self) -> bool:
        assert self._process is not None, "asked before it was started"
        assert self._process.returncode is None, f"{self._command[0]} has ended"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


class Cluster:
    """What a test holds of it; everything ends with the block that made it."""

    def __init__(
        self, folder: Path, database_url: str, nats: NatsForTests, tasks: asyncio.TaskGroup
    ) -> None:
        self.nats = nats
        self.nodes: list[ClusterNode] = []
        self.database_url = database_url
        self._folder = folder
        self._objects_url = f"file://{folder}/objects"
        self._tasks = tasks

    def node(self, name: str, **settings: object) -> ClusterNode:
        """A node that has not been started; it does everything but video unless told otherwise."""
        plain: dict[str, object] = {
            "media": False,
            "nats_url": self.nats.url,
            "nats_token": self.nats.token,
            "messages_per_second": 100,
            "database_url": self.database_url,
            "objects_url": self._objects_url,
            "signing_key": SIGNING_KEY,
            "sandbox_key": SANDBOX_KEY,
        }
        found = ClusterNode(self._folder / name, environment(**(plain | settings)))
        self.nodes.append(found)
        return found

    async def start(self, *nodes: ClusterNode) -> None:
        """Start them, or start them again, and wait until all are well."""
        async with asyncio.TaskGroup() as starting:
            for node in nodes:
                starting.create_task(node.start(self._tasks, port=node.port))
        for node in nodes:
            await eventually("the node is well", partial(is_well, node))

    async def conducting(self) -> ClusterNode:
        """The node that conducts rooms now, once one does."""
        found: list[ClusterNode] = []

        async def somebody_conducts() -> bool:
            async with aiohttp.ClientSession() as http:
                for node in self.nodes:
                    async with http.get(f"{node.url}/metrics") as answer:
                        if _ROOMS.search(await answer.text()):
                            found.append(node)
            return bool(found)

        await eventually("somebody conducts", somebody_conducts)
        return found[0]

    async def kill(self, node: ClusterNode) -> None:
        node.kill()
        await node.ended()

    async def open_sale(self, *, stock: int = 1_000) -> Sale:
        """Furnish the house through its services and go live."""
        async with self.desk() as platform:
            return await open_sale(platform, offers=1, stock=stock)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Platform]:
        """The house's services, beside its nodes."""
        (self._folder / "objects").mkdir(parents=True, exist_ok=True)
        settings = Settings(
            data=str(self._folder / "desk"),
            database_url=self.database_url,
            objects_url=self._objects_url,
            signing_key=SIGNING_KEY,
            sandbox_key=SANDBOX_KEY,
        )
        async with opened(settings) as platform:
            yield platform


@asynccontextmanager
async def a_cluster(
    folder: Path, database_url: str, *, nats_config: Path | None = None
) -> AsyncIterator[Cluster]:
    """NATS and a place for nodes; start them with `start`."""
    with running_nats(NATS_TOKEN, nats_config) as nats:
        async with asyncio.TaskGroup() as tasks:
            cluster = Cluster(folder, database_url, nats, tasks)
            try:
                yield cluster
            finally:
                for node in cluster.nodes:
                    if node.is_started:
                        await cluster.kill(node)


class Watcher:
    """A viewer who writes down every frame, and the state that it has led to."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.numbers: list[int] = []
        self.epochs: list[int] = []
        self.hashes: dict[int, str] = {}
        self.heard_ms: dict[int, int] = {}  # when each frame was here
        self._replica: Replica | None = None
        self._moved = asyncio.Condition()

    async def watch(self) -> None:
        clock = SystemClock()
        async for frame in self.room:
            replica = fold(self._replica, frame)
            assert not isinstance(replica, Astray), (replica, frame.n)
            self._replica = replica
            async with self._moved:
                self.numbers.append(frame.n)
                self.epochs.append(frame.epoch)
                self.heard_ms[frame.n] = to_ms(clock.now())
                self.hashes[frame.n] = hash_of(replica.state)
                self._moved.notify_all()

    async def wait_for_epochs(self, count: int) -> None:
        """Until so many conductors have been heard, and a little of the last."""
        async with asyncio.timeout(30), self._moved:
            await self._moved.wait_for(lambda: len(set(self.epochs)) >= count)
        await self.wait_for_frames(2)

    async def wait_for_frames(self, count: int) -> None:
        goal = len(self.numbers) + count
        async with asyncio.timeout(30), self._moved:
            await self._moved.wait_for(lambda: len(self.numbers) >= goal)

    async def wait_for_frame(self, n: int) -> None:
        """Until that frame, or a later one, is here."""
        async with asyncio.timeout(30), self._moved:
            await self._moved.wait_for(lambda: self.numbers[-1] >= n)

    @property
    def has_no_gap(self) -> bool:
        first = self.numbers[0]
        return self.numbers == list(range(first, first + len(self.numbers)))

    def agrees_with(self, other: "Watcher") -> bool:
        """Whether both had the same state at every frame that both have seen."""
        both = self.hashes.keys() & other.hashes.keys()
        return bool(both) and all(self.hashes[n] == other.hashes[n] for n in both)


@asynccontextmanager
async def watching(address: str, run: UUID) -> AsyncIterator[Watcher]:
    """A guest who watches a run through `address` until the block ends."""
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(Room.follow(address, run))
        watcher = Watcher(room)
        await stack.enter_async_context(running(watcher.watch()))
        yield watcher

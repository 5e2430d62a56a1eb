"""The backplane between nodes, on core NATS: fast, forgetful, and never waited for.

Who is on this node hears at once and without NATS, so that a node which conducts a room goes on
showing it while NATS is away. The others lose what was sent meanwhile and read it in the log.
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from random import Random

import msgspec
import structlog
from msgspec import Struct, structs
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import SlowConsumerError

from livehouse.app.settings import Settings
from livehouse.engine.backplane import LocalBackplane, Signals, Spread, Stop
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import RunId

log = structlog.get_logger()

CONNECT_SECONDS_MAX = 3.0
CLOSE_SECONDS_MAX = 2.0
# A server that was away is found again within a second, by every node at a time of its own.
RETRY_SECONDS = (0.1, 1.0)
PING_SECONDS = 2
PINGS_UNANSWERED_MAX = 2
# What waits to be sent, and for one subscription to be heard. Above it the newest is dropped.
SENDING_BYTES_MAX = 4 * 1024 * 1024
HEARING_BYTES_MAX = 4 * 1024 * 1024
HEARING_MESSAGES_MAX = 1_024
LINES_PER_MESSAGE_MAX = 250  # so that no sum outgrows what NATS carries, a megabyte
PROOF_BYTES = 16
NOW = timedelta(0)
_TROUBLE = (NatsError, OSError, TimeoutError)


class NatsServer(Struct, frozen=True):
    """Where NATS is: addresses with or without credentials, and the token where it asks for one."""

    urls: tuple[str, ...]
    token: str = ""


class NatsBackplane:
    """Nothing here waits for the network; `run` keeps the connection for as long as it runs.

    `secret` is the same on every node of a house: each message proves that its sender holds it,
    so that whoever else can reach NATS is not believed.
    """

    def __init__(
        self, server: NatsServer, secret: bytes, node: str, clock: Clock, random: Random
    ) -> None:
        self._server = server
        self._key = hmac.digest(secret, b"backplane", "sha256")
        # Houses that share a NATS do not hear each other.
        self._house = sha256(self._key).hexdigest()[:12]
        self._node = node
        self._clock = clock
        self._random = random
        self._local = LocalBackplane()
        self._heard: Counter[str] = Counter()
        self._receivers: dict[str, Callable[[bytes], Coroutine[object, object, None]]] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._client: Client | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self.lost = 0
        self.refused = 0

    @property
    def is_connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    # What gateways and conductors call.

    async def watch(self, run: RunId, receive: Callable[[Spread], None]) -> Stop:
        stop = await self._local.watch(run, receive)

        async def hear(body: bytes) -> None:
            await self._local.spread(run, msgspec.msgpack.decode(body, type=Spread))

        return await self._hearing(self.subject(run, "frames"), hear, stop)

    async def spread(self, run: RunId, spread: Spread) -> None:
        # The others first: NATS gets it before we hand it to thousands here.
        await self._send(self.subject(run, "frames"), spread)
        await self._local.spread(run, spread)

    async def conduct(self, run: RunId, receive: Callable[[Signals], None]) -> Stop:
        stop = await self._local.conduct(run, receive)

        async def hear(body: bytes) -> None:
            await self._local.signal(run, msgspec.msgpack.decode(body, type=Signals))

        return await self._hearing(self.subject(run, "signals"), hear, stop)

    async def signal(self, run: RunId, signals: Signals) -> None:
        subject = self.subject(run, "signals")
        await self._local.signal(run, signals)
        if not self._heard[subject]:  # else the conductor is here, and nobody else's
            for part in _parts(signals):
                await self._send(subject, part)

    # The connection.

    async def run(self) -> None:
        """Connect, and connect again whenever the connection is lost, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                while True:
                    await self._connected_once()
                    await self._clock.sleep(timedelta(seconds=self._random.uniform(*RETRY_SECONDS)))
            finally:
                self._tasks = None

    async def arrived(self) -> None:
        """Wait until what was sent so far is with the server, and what it had for us is here."""
        if self._client is not None:
            await self._client.flush(timeout=int(CONNECT_SECONDS_MAX))

    async def _connected_once(self) -> None:
        lost = asyncio.Event()
        try:
            async with self._connection(lost) as client:
                for subject in tuple(self._heard):
                    await self._subscribe(client, subject)
                self._client = client
                log.info("nats_connected", node=self._node)
                await lost.wait()
                log.warning("nats_lost", node=self._node)
        except _TROUBLE as error:
            log.warning("nats_away", node=self._node, error=f"{type(error).__name__}: {error}")
        finally:
            self._client = None
            self._subscriptions.clear()

    @asynccontextmanager
    async def _connection(self, lost: asyncio.Event) -> AsyncIterator[Client]:
        async def on_closed() -> None:
            lost.set()

        async def on_error(error: Exception) -> None:
            if isinstance(error, SlowConsumerError):
                self.lost += 1
            log.warning("nats_trouble", error=f"{type(error).__name__}: {error}")

        client = Client()
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                await client.connect(
                    list(self._server.urls),
                    token=self._server.token or None,
                    name=self._node,
                    no_echo=True,  # who is on this node has heard it
                    # We connect again ourselves: nats-py would come back without jitter, and
                    # would keep what is old by then to send it late.
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    ping_interval=PING_SECONDS,
                    max_outstanding_pings=PINGS_UNANSWERED_MAX,
                    pending_size=2 * SENDING_BYTES_MAX,
                    closed_cb=on_closed,
                    error_cb=on_error,
                )
            yield client
        finally:
            with suppress(*_TROUBLE):
                async with asyncio.timeout(CLOSE_SECONDS_MAX):
                    await client.close()

    # Sending and hearing.

    async def _send(self, subject: str, message: Spread | Signals) -> None:
        client = self._client
        # Below this bound nats-py only appends to its buffer: nobody waits for the network here.
        if (
            client is None
            or not client.is_connected
            or client.pending_data_size > SENDING_BYTES_MAX
        ):
            self.lost += 1
            return
        body = msgspec.msgpack.encode(message)
        try:
            await client.publish(subject, self._proof(subject, body) + body)
            await self._clock.sleep(NOW)  # lets it out before whatever comes next
        except NatsError as error:
            self.lost += 1
            log.warning("nats_not_sent", subject=subject, error=f"{type(error).__name__}: {error}")

    async def _hearing(
        self,
        subject: str,
        hear: Callable[[bytes], Coroutine[object, object, None]],
        stop_here: Stop,
    ) -> Stop:
        """Hear a subject as long as anybody on this node wants to."""
        self._heard[subject] += 1
        self._receivers[subject] = hear
        if self._client is not None and subject not in self._subscriptions:
            with suppress(*_TROUBLE):  # the next connection subscribes
                await self._subscribe(self._client, subject)
        stopped = False

        def stop() -> None:
            nonlocal stopped
            stop_here()
            if not stopped:
                stopped = True
                self._heard[subject] -= 1
                if not self._heard[subject]:
                    self._hear_no_more(subject)

        return stop

    def _hear_no_more(self, subject: str) -> None:
        del self._heard[subject], self._receivers[subject]
        subscription = self._subscriptions.pop(subject, None)
        if subscription is not None and self._tasks is not None:
            self._tasks.create_task(_end(subscription))

    async def _subscribe(self, client: Client, subject: str) -> None:
        async def receive(message: Msg) -> None:
            await self._receive(subject, message.data)

        self._subscriptions[subject] = await client.subscribe(
            subject,
            cb=receive,
            pending_msgs_limit=HEARING_MESSAGES_MAX,
            pending_bytes_limit=HEARING_BYTES_MAX,
        )

    async def _receive(self, subject: str, data: bytes) -> None:
        proof, body = data[:PROOF_BYTES], data[PROOF_BYTES:]
        hear = self._receivers.get(subject)
        if hear is None:
            return
        try:
            if not hmac.compare_digest(proof, self._proof(subject, body)):
                raise msgspec.ValidationError("its sender does not hold our secret")
            await hear(body)
        except msgspec.MsgspecError as error:
            self.refused += 1
            log.warning("nats_message_refused", subject=subject, error=str(error))

    def _proof(self, subject: str, body: bytes) -> bytes:
        return hmac.digest(self._key, subject.encode() + b"\0" + body, "sha256")[:PROOF_BYTES]

    def subject(self, run: RunId, what: str) -> str:
        """Where a run's `frames` or `signals` travel."""
        return f"livehouse.{self._house}.{run.hex}.{what}"


def nats_of(settings: Settings, key: bytes, node: str, clock: Clock) -> NatsBackplane | None:
    """The way to the other nodes, where the settings name one."""
    urls = tuple(url.strip() for url in settings.nats_url.split(",") if url.strip())
    if not urls:
        return None
    server = NatsServer(urls, settings.nats_token)
    return NatsBackplane(server, key, node, clock, Random())  # noqa: S311 - spreads only


def _parts(signals: Signals) -> Iterator[Signals]:
    """The same sums in messages that NATS carries; likes are told once."""
    lines, step = signals.lines, LINES_PER_MESSAGE_MAX
    yield structs.replace(signals, lines=lines[:step])
    for begin in range(step, len(lines), step):
        yield Signals(signals.node, signals.viewers, 0, lines[begin : begin + step])


async def _end(subscription: Subscription) -> None:
    with suppress(*_TROUBLE):
        await subscription.unsubscribe()

"""Listens for publishers over RTMP and RTMPS, so many at once and no more."""

import asyncio
import ssl
from collections import Counter
from ipaddress import IPv6Address, ip_address

import structlog

from livehouse.foundation.clock import Clock
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.limits import (
    CONNECTIONS_MAX,
    CONNECTIONS_PER_ADDRESS_MAX,
    FAREWELL_SECONDS_MAX,
    HANDSHAKE_SECONDS_MAX,
    LISTEN_RETRY,
    READ_BYTES,
)
from livehouse.media.ingest.rtmp.session import Patience, Session
from livehouse.media.specs import Receivers

log = structlog.get_logger()


class RtmpReceiver:
    """`run` listens until it is cancelled; one publisher's trouble is its own."""

    def __init__(
        self,
        inputs: Inputs,
        clock: Clock,
        *,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._inputs = inputs
        self._clock = clock
        self._host = host
        self._port = port
        self._tls = tls
        self._protocol = "rtmps" if tls else "rtmp"
        self._addresses: Counter[str] = Counter()
        self._listening = asyncio.Event()
        # Where it listens; 0 while it cannot.
        self.port = 0

    async def run(self) -> None:
        """Listen; where the port is taken, try again: shows go on without it."""
        while True:
            try:
                await self._listen()
            except* OSError as trouble:
                log.warning("rtmp_port_taken", port=self._port, error=str(trouble.exceptions[0]))
            await self._clock.sleep(LISTEN_RETRY)

    async def listening(self) -> int:
        """Wait until it listens; the port."""
        await self._listening.wait()
        return self.port

    async def _listen(self) -> None:
        async with asyncio.TaskGroup() as tasks:

            def come_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                tasks.create_task(self._receive(reader, writer))

            server = await asyncio.start_server(
                come_in,
                self._host,
                self._port,
                limit=READ_BYTES,
                ssl=self._tls,
                ssl_handshake_timeout=HANDSHAKE_SECONDS_MAX if self._tls else None,
                ssl_shutdown_timeout=FAREWELL_SECONDS_MAX if self._tls else None,
            )
            try:
                self.port = server.sockets[0].getsockname()[1]
                self._listening.set()
                log.info("rtmp_listening", host=self._host, port=self.port)
                await server.serve_forever()
            finally:
                self.port = 0
                self._listening.clear()
                server.close()

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str((writer.get_extra_info("peername") or ("",))[0])
        owner = _owner(address)
        too_many = self._addresses.total() >= CONNECTIONS_MAX
        if too_many or self._addresses[owner] >= CONNECTIONS_PER_ADDRESS_MAX:
            log.info("rtmp_too_many", address=address)
            writer.transport.abort()
            return
        self._addresses[owner] += 1
        try:
            session = Session(
                reader, writer, self._inputs, self._clock,
                protocol=self._protocol, address=address, patience=self._patience,
            )  # fmt: skip
            await session.run()
        except Exception:
            log.exception("rtmp_session_failed", address=address)
        finally:
            self._addresses[owner] -= 1
            if not self._addresses[owner]:
                del self._addresses[owner]
            writer.transport.abort()


def rtmp_receivers(wanted: Receivers, inputs: Inputs, clock: Clock) -> list[RtmpReceiver]:
    """Those that the settings ask for. A certificate that cannot be read costs RTMPS alone."""
    found = []
    if wanted.rtmp_port:
        found.append(RtmpReceiver(inputs, clock, host=wanted.host, port=wanted.rtmp_port))
    if wanted.rtmps_port:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            tls.load_cert_chain(wanted.certificate, wanted.certificate_key or None)
        except OSError as error:
            log.error("rtmps_certificate", file=wanted.certificate, error=str(error))  # noqa: TRY400
            return found
        found.append(RtmpReceiver(inputs, clock, host=wanted.host, port=wanted.rtmps_port, tls=tls))
    return found


def _owner(address: str) -> str:
    """Whose an address is: an IPv6 customer owns a whole /64."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)

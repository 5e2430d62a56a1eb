"""The RTMP receiver on a real socket: publishers that behave, and all the others."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typing_extensions import override

from livehouse.foundation.clock import SystemClock
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.limits import CONNECTIONS_PER_ADDRESS_MAX
from livehouse.media.ingest.rtmp import chunks
from livehouse.media.ingest.rtmp.chunks import Message, chunked
from livehouse.media.ingest.rtmp.receiver import RtmpReceiver
from livehouse.media.ingest.rtmp.session import Patience
from livehouse.media.packets import Formats, Packet
from tests.support.cameras import KEY, ROOM, KeyedGate
from tests.support.media_waiting import eventually
from tests.support.rtmp import HANDSHAKE, RtmpClient, Studio, rtmp_client

SHORT, LONG = 0.2, 60.0


@pytest.fixture
def inputs() -> Inputs:
    return Inputs(KeyedGate(polite=Welcome(ROOM, second="refuse")), SystemClock())


@asynccontextmanager
async def receiving(
    inputs: Inputs, patience: Patience | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    receiver = RtmpReceiver(
        inputs, SystemClock(), host="127.0.0.1", port=0, tls=tls, patience=patience
    )
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(receiver.run())
        yield await receiver.listening()
        task.cancel()


@pytest.fixture
async def port(inputs: Inputs) -> AsyncIterator[int]:
    async with receiving(inputs) as port:
        yield port


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


async def test_what_is_published_arrives(inputs: Inputs, port: int, studio: Studio) -> None:
    with inputs.at(ROOM).listening() as listener:
        async with rtmp_client(port) as client:
            assert await client.publish(KEY) == "NetStream.Publish.Start"
            studio.begin(client)
            studio.send(client)
            items = [await listener.take() for _ in range(60)]

    assert isinstance(items[0], Formats)
    assert (items[0].video.width, items[0].audio.rate) == (320, 48_000)
    first = items[1]
    assert isinstance(first, Packet)
    assert first.key
    assert first.data == studio.pictures[0][0]


async def test_a_stranger_hears_why_and_that_it_is_over(inputs: Inputs, port: int) -> None:
    async with rtmp_client(port) as client:
        assert await client.publish("guessed") == "NetStream.Publish.BadName"
        assert "unknown_stream_key" in client.last_words
        assert "guessed" not in client.last_words
        assert await client.ended()
    assert inputs.statuses() == []


async def test_a_second_camera_takes_over_and_the_first_hears_why(port: int) -> None:
    async with rtmp_client(port) as first, rtmp_client(port) as second:
        await first.publish(KEY)
        assert await second.publish(KEY) == "NetStream.Publish.Start"

        assert await first.status() == "NetStream.Publish.BadName"
        assert "taken this place" in first.last_words
        assert await first.ended()


async def test_a_second_camera_is_refused_where_the_room_says_so(port: int) -> None:
    async with rtmp_client(port) as first, rtmp_client(port) as second:
        await first.publish(KEY)

        assert await second.publish("polite") == "NetStream.Publish.BadName"
        assert "input_busy" in second.last_words


async def test_enhanced_rtmp_is_refused_with_the_codecs_name(port: int) -> None:
    async with rtmp_client(port) as client:
        await client.publish(KEY)
        client.video(0, b"\x90hvc1" + bytes(40))

        assert await client.status() == "NetStream.Publish.BadName"
        assert "hvc1" in client.last_words
        assert await client.ended()


async def test_who_says_goodbye_is_gone_at_once(inputs: Inputs, port: int) -> None:
    async with rtmp_client(port) as client:
        await client.publish(KEY)
        client.command("deleteStream", 6.0, None, 1.0)
        assert await client.ended()
    assert inputs.statuses() == []


@pytest.mark.parametrize(
    "greeting",
    [b"", HANDSHAKE[:700], b"\x06" + HANDSHAKE[1:], b"GET / HTTP/1.1\r\n\r\n", HANDSHAKE],
    ids=["silent", "half", "another version", "HTTP", "no second half"],
)
async def test_who_does_not_shake_hands_is_hung_up_on(inputs: Inputs, greeting: bytes) -> None:
    patience = Patience(handshake=SHORT, publish=LONG, idle=LONG)
    async with receiving(inputs, patience) as port, rtmp_client(port) as client:
        client.writer.write(greeting)
        assert await client.ended()


async def test_who_does_not_publish_in_time_is_sent_away(inputs: Inputs) -> None:
    patience = Patience(handshake=LONG, publish=SHORT, idle=LONG)
    async with receiving(inputs, patience) as port, rtmp_client(port) as client:
        await client.shake_hands()
        assert await client.status() == "NetStream.Publish.BadName"
        assert "publisher_idle" in client.last_words


async def test_who_sends_no_pictures_is_sent_away(inputs: Inputs, studio: Studio) -> None:
    patience = Patience(handshake=LONG, publish=LONG, idle=SHORT)
    async with receiving(inputs, patience) as port, rtmp_client(port) as client:
        await client.publish(KEY)
        studio.begin(client)
        assert await client.status() == "NetStream.Publish.BadName"
        assert "publisher_idle" in client.last_words
    assert inputs.statuses() == []


GARBAGE = {
    "a giant": bytes((6,)) + b"\x00\x00\x00\xff\xff\xff\x09\x01\x00\x00\x00" + bytes(128),
    "a chunk from nowhere": b"\xc6" * 40,
    "senseless chunks": chunked(Message(chunks.SET_CHUNK_SIZE, 0, 0, bytes(4)), 2),
    "no AMF": chunked(Message(chunks.COMMAND, 0, 0, b"\x02\xff"), 3),
    "a storm of commands": chunked(
        Message(chunks.COMMAND, 0, 0, b"\x02\x00\x03foo" + bytes(9)), 3
    ) * 201,
}  # fmt: skip


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_is_hung_up_on_and_harms_nobody(
    inputs: Inputs, port: int, studio: Studio, garbage: bytes
) -> None:
    with inputs.at(ROOM).listening() as listener:
        async with rtmp_client(port) as good, rtmp_client(port) as bad:
            await good.publish(KEY)
            studio.begin(good)
            await bad.shake_hands()
            bad.writer.write(garbage)
            assert await bad.ended()

            studio.send(good)
            for _ in range(60):
                await listener.take()


async def test_a_broken_picture_ends_its_own_stay_only(port: int, studio: Studio) -> None:
    async with rtmp_client(port) as client:
        await client.publish(KEY)
        studio.begin(client)
        client.video(40, b"\x17\x01\x00\x00\x00\xff\xff\xff\xff\x65")
        assert await client.ended()
    async with rtmp_client(port) as client:
        assert await client.publish(KEY) == "NetStream.Publish.Start"


async def test_one_address_has_only_so_many_connections(port: int) -> None:
    crowd = [
        await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS_PER_ADDRESS_MAX)
    ]
    try:
        async with rtmp_client(port) as client:
            assert await client.ended()
    finally:
        for _, writer in crowd:
            writer.transport.abort()

    async def let_in() -> bool:
        async with rtmp_client(port) as client:
            return await answered(client)

    assert await eventually(let_in)


async def answered(client: RtmpClient) -> bool:
    try:
        return bool(await client.publish(KEY))
    except (asyncio.IncompleteReadError, ConnectionError):
        return False


async def test_a_taken_port_is_tried_again(inputs: Inputs) -> None:
    class QuickClock(SystemClock):
        @override
        async def sleep(self, duration: timedelta) -> None:
            await super().sleep(duration / 100)

    async with receiving(inputs) as port:
        second = RtmpReceiver(inputs, QuickClock(), host="127.0.0.1", port=port)
        async with asyncio.TaskGroup() as tasks:
            trying = tasks.create_task(second.run())
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await second.listening()
            trying.cancel()


async def test_over_tls_the_same_is_received(
    inputs: Inputs, studio: Studio, tmp_path: Path
) -> None:
    certificate, key = a_certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with receiving(inputs, tls=server) as port:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trusting, server_hostname="localhost"
        )
        client = RtmpClient(reader, writer)
        with inputs.at(ROOM).listening() as listener:
            assert await client.publish(KEY) == "NetStream.Publish.Start"
            studio.begin(client)
            studio.send(client)
            assert isinstance(await listener.take(), Formats)
            assert inputs.statuses()[0].protocol == "rtmps"
        writer.transport.abort()


def a_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate is valid by the true time
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "c.pem", folder / "k.pem"

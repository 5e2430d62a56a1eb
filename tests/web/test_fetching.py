"""Pictures from outside: fetched from the public internet, never from within."""

import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
from aiohttp import web

from livehouse.foundation.errors import DomainError
from livehouse.foundation.internet import AnyAddress
from livehouse.web.fetching import (
    AddressInvalid,
    AddressNotAllowed,
    NotAPicture,
    PictureFetcher,
    PictureMissing,
    PictureTooLarge,
    PictureUnreachable,
    PublicInternet,
    TooManyRedirects,
    sniffed,
    system_resolve,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


class Everywhere:
    """For a server of the test's own on the loopback; production has no such policy."""

    def allows(self, address: AnyAddress, port: int) -> bool:
        return address.is_loopback and port > 0


class Names:
    """A name server of the test's own: later answers differ from the first."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[AnyAddress]:
        assert port
        self.asked.append(host)
        return [ip_address(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])]


@asynccontextmanager
async def a_server(**handlers: web.StreamResponse | str) -> AsyncIterator[str]:
    """Answers each path with the response given for it; a text redirects there."""

    async def answer(request: web.Request) -> web.StreamResponse:
        found = handlers[request.match_info["path"]]
        if isinstance(found, str):
            return web.Response(status=302, headers={"Location": found})
        return found

    app = web.Application()
    app.router.add_get("/{path}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def a_picture(**fields: object) -> web.Response:
    return web.Response(**({"body": PNG} | fields))  # type: ignore[arg-type]


def local(**fields: object) -> PictureFetcher:
    return PictureFetcher(policy=Everywhere(), **fields)  # type: ignore[arg-type]


async def test_a_picture_is_fetched() -> None:
    async with a_server(cup=a_picture()) as address:
        assert await local().fetch(f"{address}/cup") == PNG


async def test_redirects_are_followed_three_times() -> None:
    async with a_server(a="/b", b="/c", c="cup", cup=a_picture()) as address:
        assert await local().fetch(f"{address}/a") == PNG
    async with a_server(a="/b", b="/c", c="/d", d="/cup", cup=a_picture()) as address:
        with pytest.raises(TooManyRedirects):
            await local().fetch(f"{address}/a")


async def test_a_redirect_that_leads_inside_is_refused() -> None:
    class OnlyThisServer:
        def allows(self, address: AnyAddress, port: int) -> bool:
            return str(address) == "127.0.0.1" and port > 1024

    for inside in ("http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd"):
        async with a_server(a=inside) as address:
            with pytest.raises((AddressNotAllowed, AddressInvalid)):
                await PictureFetcher(policy=OnlyThisServer()).fetch(f"{address}/a")


HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://192.0.0.1/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://①②⑦.⓪.⓪.①/",
    "http://8.8.8.8:22/",
    "http://user:secret@8.8.8.8/",
]


@pytest.mark.parametrize("address", HOSTILE)
async def test_an_address_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(DomainError) as refused:
        await PictureFetcher().fetch(address)
    assert refused.value.code == "address_not_allowed"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "cup.jpg",
        "//shop.example/cup.jpg",
        "file:///etc/passwd",
        "ftp://shop.example/cup.jpg",
        "gopher://127.0.0.1:70/_",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "http://",
        "http://shop.example:99999/",
        "http://[::1/",
        "https://shop.example/" + "a" * 2000,
    ],
)
async def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(AddressInvalid):
        await PictureFetcher().fetch(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"]
)
def test_the_public_internet_is_allowed(address: str) -> None:
    assert PublicInternet().allows(ip_address(address), 443)


async def test_a_name_that_answers_otherwise_later_gains_nothing() -> None:
    names = Names("127.0.0.1", "169.254.169.254")

    async with a_server(cup=a_picture()) as address:
        port = address.rpartition(":")[2]
        found = await local(resolve=names).fetch(f"http://shop.example:{port}/cup")

    assert found == PNG
    assert names.asked == ["shop.example"], "resolved once, connected to that very address"


async def test_a_name_with_one_address_inside_is_refused() -> None:
    async def two(host: str, port: int) -> Sequence[AnyAddress]:
        assert (host, port) == ("shop.example", 443)
        return [ip_address("8.8.8.8"), ip_address("10.0.0.1")]

    with pytest.raises(AddressNotAllowed):
        await PictureFetcher(resolve=two).fetch("https://shop.example/cup.jpg")


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    async def nowhere(host: str, port: int) -> Sequence[AnyAddress]:
        raise OSError(host, port)

    with pytest.raises(PictureUnreachable):
        await PictureFetcher(resolve=nowhere).fetch("https://shop.example/cup.jpg")


async def test_an_address_in_disguise_is_seen_as_what_it_is() -> None:
    assert {str(one) for one in await system_resolve("0x7f.1", 80)} == {"127.0.0.1"}


async def test_a_large_picture_is_refused_before_it_is_read() -> None:
    async with a_server(cup=a_picture(body=PNG + b"\x00" * 2000)) as address:
        with pytest.raises(PictureTooLarge):
            await local(bytes_max=1000).fetch(f"{address}/cup")


async def test_a_picture_that_does_not_say_its_size_is_refused_while_it_is_read() -> None:
    endless = web.Response(body=_pieces())
    endless.enable_chunked_encoding()
    async with a_server(cup=endless) as address:
        with pytest.raises(PictureTooLarge):
            await local(bytes_max=100_000).fetch(f"{address}/cup")


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(100):
        yield PNG * 100


async def test_packed_content_is_not_unpacked() -> None:
    packed = a_picture(body=zlib.compress(PNG), headers={"Content-Encoding": "deflate"})
    async with a_server(cup=packed) as address:
        with pytest.raises(NotAPicture):
            await local().fetch(f"{address}/cup")


async def test_what_only_says_that_it_is_a_picture_is_refused() -> None:
    page = web.Response(text="<svg onload=x>", content_type="image/png")
    async with a_server(cup=page) as address:
        with pytest.raises(NotAPicture):
            await local().fetch(f"{address}/cup")


async def test_a_missing_picture_and_a_broken_server_are_told_apart() -> None:
    async with a_server(gone=web.Response(status=404), broken=web.Response(status=503)) as address:
        with pytest.raises(PictureMissing):
            await local().fetch(f"{address}/gone")
        with pytest.raises(PictureUnreachable):
            await local().fetch(f"{address}/broken")


async def test_a_server_that_never_answers_is_given_up() -> None:
    async with a_server(cup=a_picture()) as address:
        with pytest.raises(PictureUnreachable):
            await local(seconds_max=0.0).fetch(f"{address}/cup")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (PNG, "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x1cftypavif", "image/avif"),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(start: bytes, kind: str | None) -> None:
    assert sniffed(start) == kind

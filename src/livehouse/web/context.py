"""What the application keeps for the toolkit, and how a request finds it."""

from collections.abc import Callable

from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from livehouse.foundation.clock import Clock
from livehouse.web.addresses import client_address
from livehouse.web.connections import AnyConnection
from livehouse.web.i18n import Languages
from livehouse.web.identity import Cookies, Identifier, Identities, viewer_of
from livehouse.web.limits import Rate, RateLimits, address_key
from livehouse.web.rendering import Renderer
from livehouse.web.signing import Signer


class WebSettings(Struct, frozen=True, kw_only=True):
    """What the toolkit must be told.

    `origin` is the address that people type, such as https://shop.example; empty means: believe
    the Host header (development, tests). `media_origins` are other hosts that video, pictures and
    frames come from, `pay_origins` those where buyers pay, `frame_origins` those that may show a
    show in a frame. `rates_times` multiplies every rate limit.
    """

    origin: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    trusted_proxies: tuple[str, ...] = ()
    media_origins: tuple[str, ...] = ()
    pay_origins: tuple[str, ...] = ()
    frame_origins: tuple[str, ...] = ("*",)
    rates_times: float = 1

    @property
    def https(self) -> bool:
        return self.origin.startswith("https://")


class Web(Struct, frozen=True, kw_only=True):
    settings: WebSettings
    signer: Signer
    languages: Languages
    renderer: Renderer
    identities: Identities
    identifier: Identifier
    cookies: Cookies
    rates: RateLimits
    clock: Clock


def web_of(connection: AnyConnection) -> Web:
    web = connection.app.state["web"]
    assert isinstance(web, Web)
    return web


def origin_of(connection: AnyConnection) -> str:
    """The site's own address, for links that leave it."""
    configured = web_of(connection).settings.origin.rstrip("/")
    return configured or f"{connection.base_url.scheme}://{connection.base_url.netloc}"


def address_of(connection: AnyConnection) -> str:
    """The address that limits count by, believed only from trusted proxies."""
    peer = connection.client.host if connection.client else ""
    return client_address(peer, connection.headers, web_of(connection).settings.trusted_proxies)


def limited(
    rate: Rate, *, per_address: Rate | None = None
) -> Callable[[AnyConnection, BaseRouteHandler], None]:
    """A guard: so often per account, or per address for those without one."""

    def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        rates, viewer = web_of(connection).rates, viewer_of(connection)
        if viewer.person_id:
            rates.spend(rate, str(viewer.person_id))
        else:
            rates.spend(per_address or rate, address_key(address_of(connection)))

    return guard

"""WHIP and WHEP through this process: offers go on to the media process, pictures flow past us.

A camera of a room whose show is on goes to the node that makes its video.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

import aiohttp
from litestar import HttpMethod, Litestar, route
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.app.guests import guest_input
from livehouse.app.seating import Seating
from livehouse.app.settings import Settings, SettingsRefused
from livehouse.app.video import PASSED, VideoPassage
from livehouse.domains.guests import Guests
from livehouse.domains.shows import Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.media.errors import MediaUnavailable
from livehouse.media.webrtc.limits import OFFER_BYTES_MAX
from livehouse.media.webrtc.links import CLIENT_HEADER, HOLDER_HEADER, WebRtcLinks
from livehouse.web.connections import AnyRequest
from livehouse.web.context import address_of, web_of
from livehouse.web.limits import Rate, address_key
from livehouse.web.signing import Signer

SECONDS_MAX = 15.0
CONNECTIONS_MAX = 64
OFFERS_PER_ADDRESS = Rate("webrtc_address", 120, timedelta(minutes=1))
FROM, FROM_HEADER = "offer", "x-livehouse-from"
HANDED_ON = ("authorization", "content-type", "if-match")
HANDED_BACK = (
    "etag", "link", "accept-patch", "accept-post", "allow", "www-authenticate", "cache-control",
    "access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers",
    "access-control-expose-headers", "access-control-max-age",
)  # fmt: skip

# An address that takes offers, and that of the session which an offer has made.
_door = partial(
    route,
    opt={"csrf": False},
    status_code=200,
    request_max_body_size=OFFER_BYTES_MAX,
    include_in_schema=False,
)
_endpoint = partial(_door, http_method=[HttpMethod.POST, HttpMethod.OPTIONS])
_session = partial(_door, http_method=[HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS])


class WebRtcPassage:
    """Hands offers to the media process that they are for; lives as long as the application."""

    def __init__(
        self,
        passage: VideoPassage,
        shows: Shows,
        guests: Guests,
        seating: Seating,
        signer: Signer,
        *,
        node: str,
    ) -> None:
        self._guests = guests
        self._seating = seating
        self._signer = signer
        self._passage = passage
        self._shows = shows
        self._node = node
        self._client: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=SECONDS_MAX)
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as self._client:
            yield

    async def to_room(self, slug: str, session: str, request: AnyRequest) -> Response[bytes]:
        """A camera's request; the media process knows the room by its id."""
        room, shows = await self._shows.room(slug)
        run = next((show.run.id for show in shows if show.run is not None and show.run.on), None)
        base = await self._base(run, request)
        return await self._hand_on(
            request, f"{base}/whip/{room.id}", place=f"/whip/{slug}", session=session
        )

    async def to_guest(self, guest_id: UUID, session: str, request: AnyRequest) -> Response[bytes]:
        """The camera of a guest, which goes where the show's video is made."""
        show = await self._guests.show_of(await self._guests.by_id(guest_id))
        run = show.run.id if show.run is not None and show.run.on else None
        base = await self._base(run, request)
        return await self._hand_on(
            request, f"{base}/whip/{guest_input(guest_id)}", place=f"/guest-camera/{guest_id}",
            session=session,
        )  # fmt: skip

    async def to_run(self, run: RunId, session: str, request: AnyRequest) -> Response[bytes]:
        """A viewer's request."""
        base = await self._base(run, request)
        word = _bearer(request)
        holder = await self._seating.holder(word, run) if word and not session else ""
        return await self._hand_on(
            request, f"{base}/whep/{run}", place=f"/whep/{run}", session=session,
            query=_query(request), holder=holder,
        )  # fmt: skip

    async def _base(self, run: RunId | None, request: AnyRequest) -> str:
        web_of(request).rates.spend(OFFERS_PER_ADDRESS, self._address(request))
        try:
            return await self._passage.base(run, is_last=PASSED in request.headers)
        except NotFound as error:
            # No video is made here, and nobody has the room's: a camera may try again later.
            raise MediaUnavailable from error

    def _address(self, request: AnyRequest) -> str:
        """Whom limits count: another node of ours speaks for somebody else, and can prove it."""
        told = self._signer.open(FROM, request.headers.get(FROM_HEADER, ""))
        return told.decode() if told is not None else address_key(address_of(request))

    async def _hand_on(
        self,
        request: AnyRequest,
        url: str,
        *,
        place: str,
        session: str,
        query: Mapping[str, str] | None = None,
        holder: str = "",
    ) -> Response[bytes]:
        assert self._client is not None, "opened with the application"
        asked = {name: request.headers[name] for name in HANDED_ON if name in request.headers}
        address = self._address(request)
        asked |= {
            PASSED: self._node,
            FROM_HEADER: self._signer.sign(FROM, address.encode()),
            CLIENT_HEADER: address,
        }
        if holder:
            asked[HOLDER_HEADER] = holder
        body = await request.body()
        try:
            async with self._client.request(
                request.method,
                f"{url}/{session}" if session else url,
                data=body,
                headers=asked,
                params=query,
            ) as found:
                answer = await found.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaUnavailable from error
        back = {name: ", ".join(found.headers.getall(name))
                for name in HANDED_BACK if name in found.headers}  # fmt: skip
        if "Location" in found.headers:
            back["Location"] = f"{place}/{found.headers['Location'].rpartition('/')[2]}"
        return Response(
            answer, status_code=found.status, headers=back, media_type=found.content_type
        )


def _bearer(request: AnyRequest) -> str:
    kind, _, word = request.headers.get("authorization", "").partition(" ")
    return word.strip() if kind.lower() == "bearer" else ""


def _query(request: AnyRequest) -> dict[str, str]:
    """Who watches as a guest hears the stage without himself."""
    try:
        return {"without": guest_input(UUID(request.query_params.get("without", "")))}
    except ValueError:
        return {}


def webrtc_links(settings: Settings) -> WebRtcLinks:
    """How WebRTC reaches this machine, or `SettingsRefused`."""
    first, _, last = (settings.webrtc_ports or "0-0").partition("-")
    try:
        return WebRtcLinks(
            ports=(int(first), int(last)),
            public_address=settings.webrtc_address,
            ice_servers=settings.ice_servers,
            viewers_max=settings.webrtc_viewers,
        )
    except ValueError as error:
        raise SettingsRefused(f"webrtc: {error}") from None


@_endpoint("/whip/{room:str}")
async def whip(
    room: FromPath[str], request: AnyRequest, webrtc: NamedDependency[WebRtcPassage]
) -> Response[bytes]:
    """A camera offers itself (RFC 9725)."""
    return await webrtc.to_room(room, "", request)


@_session("/whip/{room:str}/{session:str}")
async def whip_session(
    room: FromPath[str],
    session: FromPath[str],
    request: AnyRequest,
    webrtc: NamedDependency[WebRtcPassage],
) -> Response[bytes]:
    """What a camera says later: candidates, and its end."""
    return await webrtc.to_room(room, session, request)


@_endpoint("/guest-camera/{guest_id:uuid}")
async def guest_camera(
    guest_id: FromPath[UUID], request: AnyRequest, webrtc: NamedDependency[WebRtcPassage]
) -> Response[bytes]:
    """A guest's camera offers itself; the bearer token is the guest's link."""
    return await webrtc.to_guest(guest_id, "", request)


@_session("/guest-camera/{guest_id:uuid}/{session:str}")
async def guest_camera_session(
    guest_id: FromPath[UUID],
    session: FromPath[str],
    request: AnyRequest,
    webrtc: NamedDependency[WebRtcPassage],
) -> Response[bytes]:
    return await webrtc.to_guest(guest_id, session, request)


@_endpoint("/whep/{run:uuid}")
async def whep(
    run: FromPath[UUID], request: AnyRequest, webrtc: NamedDependency[WebRtcPassage]
) -> Response[bytes]:
    """A viewer asks for the picture at once."""
    return await webrtc.to_run(RunId(run), "", request)


@_session("/whep/{run:uuid}/{session:str}")
async def whep_session(
    run: FromPath[UUID],
    session: FromPath[str],
    request: AnyRequest,
    webrtc: NamedDependency[WebRtcPassage],
) -> Response[bytes]:
    return await webrtc.to_run(RunId(run), session, request)


routes = (whip, whip_session, guest_camera, guest_camera_session, whep, whep_session)

"""The hooks by which whoever receives cameras asks the house about stream keys.

Our own media process asks with its token; a video server of the operator's with `ingest_secret`, in
our form or in its own.
"""

import hmac
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import structlog
from litestar import post
from litestar.di import NamedDependency
from litestar.response import Response
from msgspec import Struct

from livehouse.app.camera_passes import CameraPasses
from livehouse.app.guests import guest_input
from livehouse.app.hook_forms import Asked, of_form, of_json
from livehouse.app.servers_in_front import ServersInFront, kick_of
from livehouse.app.settings import Settings
from livehouse.app.webrtc import webrtc_links
from livehouse.domains.guests import PREFIX as GUEST_PREFIX
from livehouse.domains.guests import GuestLinkGone, Guests
from livehouse.domains.shows import CameraState, StreamKeys
from livehouse.foundation.clock import Clock, from_ms
from livehouse.foundation.errors import NotAllowed, SignInRequired
from livehouse.foundation.ids import RoomId, RunId
from livehouse.media.errors import InvalidSource
from livehouse.media.ingest.errors import UnknownStreamKey
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.limits import KEY_CHARACTERS_MAX
from livehouse.media.ingest.pull import SCHEMES
from livehouse.media.limits import PLAYBACK_CHARACTERS_MAX
from livehouse.media.specs import Playback, Receivers
from livehouse.media.supervisor import MediaSupervisor
from livehouse.web.connections import AnyRequest
from livehouse.web.context import web_of
from livehouse.web.limits import PUBLISHING_PER_ADDRESS, address_key

log = structlog.get_logger()

BODY_BYTES_MAX = 16 * 1024
FORM = "application/x-www-form-urlencoded"
RTMP_PORT = 1935
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - only compared


HOOK: dict[str, Any] = {
    "status_code": 200,
    "opt": {"csrf": False},
    "request_max_body_size": BODY_BYTES_MAX,
    "include_in_schema": False,
}


def camera_state(media: MediaSupervisor, room_id: RoomId) -> CameraState | None:
    found = media.input(str(room_id))
    if found is None:
        return None
    return CameraState(
        protocol=found.protocol,
        since=from_ms(found.since_at),
        width=found.width,
        height=found.height,
        fps=found.fps,
        kbps=found.kbps,
        key_interval_seconds=found.key_interval_seconds,
        dropped=found.dropped,
        rtt_ms=found.rtt_ms,
        loss=found.loss,
    )


class MediaCameras:
    """The rooms' cameras as the media process of this node knows them."""

    def __init__(self, media: MediaSupervisor, servers: ServersInFront, settings: Settings) -> None:
        self._media = media
        self._servers = servers
        self._settings = settings

    @property
    def rtmp_address(self) -> str:
        settings = self._settings
        if settings.rtmp_address or not settings.rtmp_port:
            return settings.rtmp_address
        host = urlsplit(settings.address).hostname or settings.host
        host = ANYWHERE.get(host, f"[{host}]" if ":" in host else host)
        port = "" if settings.rtmp_port == RTMP_PORT else f":{settings.rtmp_port}"
        return f"rtmp://{host}{port}/live"

    def state(self, room_id: RoomId) -> CameraState | None:
        return camera_state(self._media, room_id)

    def problem(self, run_id: RunId) -> str:
        status = self._media.status(run_id)
        return status.problem if status is not None else ""

    async def kick(self, room_id: RoomId, reason: str) -> None:
        self._servers.drop(str(room_id))
        await self._media.kick_camera(str(room_id), reason)
        await self._media.end_pull(str(room_id))


def media_of(settings: Settings, clock: Clock) -> MediaSupervisor:
    """The media process of this node."""
    return MediaSupervisor(
        settings.folder,
        clock,
        room=settings.disk_room,
        webrtc=webrtc_links(settings),
        receivers=receivers(settings),
    )


def receivers(settings: Settings) -> Receivers:
    """Where the media process of this node listens for cameras."""
    return Receivers(
        host=settings.rtmp_host or settings.host,
        rtmp_port=settings.rtmp_port,
        rtmps_port=settings.rtmps_port,
        certificate=settings.rtmp_certificate,
        certificate_key=settings.rtmp_certificate_key,
    )


class Ingest(Struct, frozen=True):
    """Who may ask, and whose a key is."""

    keys: StreamKeys
    media: MediaSupervisor
    secret: str
    passes: CameraPasses
    guests: Guests
    servers: ServersInFront

    def let_in(self, request: AnyRequest) -> None:
        """A header for who can set one, a parameter for nginx-rtmp, which cannot."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        given = given or request.query_params.get("secret", "")
        if not self._is_secret(given) and not self.media.owns(given):
            raise NotAllowed

    def let_read(self, asked: Asked) -> None:
        """At a server that asks about its readers, too, the house alone fetches pictures. Who shows
        nothing is asked for it: RTSP shows a password only then."""
        if not asked.password:
            raise SignInRequired
        if not self._is_secret(asked.password):
            raise NotAllowed

    def _is_secret(self, given: str) -> bool:
        return bool(self.secret) and hmac.compare_digest(given.encode(), self.secret.encode())

    async def welcome(self, asked: Asked) -> Welcome:
        if (given := self.passes.open(asked.key)) is not None:
            _, room = await self.keys.of_room(given.room_id)
            return Welcome(str(given.room_id), "refuse" if given.is_again else room.second)
        if asked.key.startswith(GUEST_PREFIX):
            return await self._guest(asked.key)
        access = None
        if 0 < len(asked.key) <= KEY_CHARACTERS_MAX and "\0" not in asked.key:
            access = await self.keys.room_of(asked.key)
        if access is None:
            log.info("stream_key_refused", protocol=asked.protocol, address=asked.address)
            raise UnknownStreamKey
        return Welcome(str(access.room_id), access.second)

    async def _guest(self, link: str) -> Welcome:
        """A guest has one camera: who connects anew takes the place of what hangs."""
        try:
            return Welcome(guest_input((await self.guests.by_link(link)).id))
        except GuestLinkGone as error:
            raise UnknownStreamKey from error


@post("/ingest/authorise", **HOOK)
async def authorise(request: AnyRequest, ingest: NamedDependency[Ingest]) -> Response[bytes]:
    """Whose a stream key is: the input it leads to, and what becomes of a second camera."""
    ingest.let_in(request)
    asked = await _asked(request)
    if asked.reads:
        ingest.let_read(asked)
        return _told({}, asked)
    web_of(request).rates.spend(PUBLISHING_PER_ADDRESS, address_key(asked.address))
    return _told(await ingest.welcome(asked), asked)


@post("/ingest/ready", **HOOK)
async def ready(request: AnyRequest, ingest: NamedDependency[Ingest]) -> Response[bytes]:
    """A video server receives the camera of this key, and plays it at `playback`, in which {key}
    stands for the key; at `kick` it ends the camera's connection. Also asks whose the key is:
    nginx-rtmp has one question for both."""
    ingest.let_in(request)
    asked = await _asked(request)
    web_of(request).rates.spend(PUBLISHING_PER_ADDRESS, address_key(asked.address))
    welcome = await ingest.welcome(asked)
    playback = request.query_params.get("playback", "").replace("{key}", quote(asked.key))
    if urlsplit(playback).scheme not in SCHEMES or len(playback) > PLAYBACK_CHARACTERS_MAX:
        raise InvalidSource(problem="playback")
    kick = kick_of(request.query_params.get("kick", ""), asked)
    await ingest.media.pull(welcome.input_id, Playback(playback, welcome.second))
    ingest.servers.arrived(welcome.input_id, kick)
    return _told(welcome, asked)


@post("/ingest/gone", **HOOK)
async def gone(request: AnyRequest, ingest: NamedDependency[Ingest]) -> Response[bytes]:
    """The camera of this key has left the video server."""
    ingest.let_in(request)
    asked = await _asked(request)
    welcome = await ingest.welcome(asked)
    ingest.servers.left(welcome.input_id)
    await ingest.media.end_pull(welcome.input_id)
    return _told(welcome, asked)


async def _asked(request: AnyRequest) -> Asked:
    content_type, _ = request.content_type
    if content_type == FORM:
        return of_form(await request.form())
    return of_json(await request.body())


def _told(answer: object, asked: Asked) -> Response[bytes]:
    body = msgspec.json.encode(answer)
    if asked.dialect == "srs":
        body = b'{"code":0}'  # without that number it takes any answer for a refusal
    return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")


routes = (authorise, ready, gone)

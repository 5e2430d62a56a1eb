"""Everything an operator may set: from a TOML file, and above it from the environment.

A setting `port` is `port = 8080` in the file and `LIVEHOUSE_PORT=8080` in the environment.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from livehouse.engine import limits as engine_limits
from livehouse.media.profile import ProfileName
from livehouse.media.specs import DiskRoom

NodeRole: TypeAlias = Literal["web", "gateway", "conductor", "media", "worker"]
ALL_ROLES: tuple[NodeRole, ...] = ("web", "gateway", "conductor", "media", "worker")

PREFIX = "LIVEHOUSE_"
FILE_VARIABLE = "LIVEHOUSE_CONFIG"


class SettingsRefused(Exception):
    """A setting is unknown or has a value that it cannot have; the message names it."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    data: Annotated[
        str, Meta(description="Folder for the database, video, pictures, mail and secrets.")
    ] = "data"
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="Port to listen on; 0 picks one.")] = (
        8080
    )
    origin: Annotated[
        str,
        Meta(description="The address people type, such as https://shop.example; empty: as asked."),
    ] = ""
    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(description="Other sites whose pages may open the live connection."),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Networks (CIDR) whose X-Forwarded-For is believed."),
    ] = ()
    roles: Annotated[
        tuple[NodeRole, ...],
        Meta(
            min_length=1,
            description="What this node does: web (pages, API), gateway (live connections and "
            "frames), conductor (rooms), media (video), worker (background work).",
        ),
    ] = ALL_ROLES
    node_address: Annotated[
        str,
        Meta(
            description="Where other nodes reach this one, such as http://10.0.0.2:8080; "
            "empty: host and port."
        ),
    ] = ""
    signing_key: Annotated[
        str,
        Meta(
            description="At least 32 random characters, the same on every node, which sign cookies "
            "and tickets; empty: made in the data folder.",
            pattern="^(.{32,})?$",
        ),
    ] = ""
    sandbox_key: Annotated[
        str,
        Meta(
            description="The same for the payment sandbox.",
            pattern="^(.{32,})?$",
        ),
    ] = ""
    database_url: Annotated[
        str,
        Meta(description="A PostgreSQL 18 of your own; empty: the bundled one in the data folder."),
    ] = ""
    database_pool_size: Annotated[
        int, Meta(ge=4, le=200, description="Connections that this process keeps, twice.")
    ] = 16
    nats_url: Annotated[
        str,
        Meta(
            description="nats://user:password@host:4222, or several with commas between: needed as "
            "soon as a second node shares the database; empty: this node is alone."
        ),
    ] = ""
    nats_token: Annotated[str, Meta(description="The token, where NATS asks for one.")] = ""
    objects_url: Annotated[
        str,
        Meta(description="Where pictures are kept, such as s3://bucket; empty: the data folder."),
    ] = ""
    language: Annotated[str, Meta(description="Language for who has chosen none.")] = "en"
    time_zone: Annotated[str, Meta(description="Time zone for who has chosen none.")] = "UTC"
    mail_url: Annotated[
        str,
        Meta(description="smtp://user:password@host:587 or smtps://…; empty: files in data/mail."),
    ] = ""
    mail_from: Annotated[str, Meta(description="Sender of our mails.")] = "livehouse@localhost"
    payment_providers: Annotated[
        tuple[str, ...],
        Meta(
            description="Ways to pay that are offered, the first is the usual one: sandbox (no"
            " money moves), stripe."
        ),
    ] = ("sandbox",)
    stripe_secret_key: Annotated[
        str, Meta(description="Stripe's API key, sk_… or rk_…; empty: there is no Stripe.")
    ] = ""
    stripe_webhook_secret: Annotated[
        str, Meta(description="whsec_… of Stripe's endpoint /api/payments/stripe/notices.")
    ] = ""
    stripe_methods: Annotated[
        tuple[str, ...],
        Meta(
            description="What Stripe's page offers, by Stripe's names; only what is decided at"
            " once, such as card, alipay, wechat_pay, ideal."
        ),
    ] = ("card",)
    frame_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^(\*|https?://[A-Za-z0-9.*:\[\]-]+)$")], ...],
        Meta(
            description="Sites that may show /embed/… in a frame, such as https://blog.example; *"
            " for all, nothing for none."
        ),
    ] = ("*",)
    media_origins: Annotated[
        tuple[str, ...], Meta(description="Hosts that video and pictures may come from.")
    ] = ()
    video_base: Annotated[
        str, Meta(description="Base address of video, where another host serves it.")
    ] = ""
    frames_base: Annotated[
        str, Meta(description="Base address of frames over HTTP, where another host serves them.")
    ] = ""
    purge_url: Annotated[
        str,
        Meta(
            description="Cache in front of frames, told by PURGE what was taken back, such as"
            " http://127.0.0.1:6081; empty: none."
        ),
    ] = ""
    video_keep_seconds: Annotated[
        int, Meta(ge=0, description="How much of a recording is kept; 0 keeps all.")
    ] = 0
    video_profile: Annotated[
        ProfileName,
        Meta(
            description="`fast` shows the picture a third of a second sooner, for twice as many"
            " requests of each viewer; `default` is kinder to caches."
        ),
    ] = "default"
    video_fast_offered: Annotated[
        bool,
        Meta(description="Whether hosts may choose `fast` for a show where the house does not."),
    ] = True
    video_renditions: Annotated[
        Literal["auto", "on", "off"],
        Meta(
            description="Whether shows are encoded at 540p and 360p too, for slow lines: a fifth of"
            " a core for each show. `auto`: for one show with each core beyond two. Sound alone is"
            " always there."
        ),
    ] = "auto"
    video_keep_sizes: Annotated[
        bool,
        Meta(
            description="Whether recordings of shows that are encoded at 540p and 360p keep these"
            " and the sound alone, for replays and rewinding on slow lines. Takes about 1.2 GB more"
            " for each hour; gives way to the source where room runs out."
        ),
    ] = True
    video_quota_megabytes: Annotated[
        int, Meta(ge=100, description="Recording stops above this much video, live goes on.")
    ] = 50_000
    video_store_percent: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            description="How much of that one store's recordings may take once there are those"
            " of others: none can end those of all.",
        ),
    ] = 50
    video_keep_days: Annotated[
        int,
        Meta(ge=0, description="Recordings are deleted so long after their show; 0: never."),
    ] = 0
    film_megabytes: Annotated[
        int, Meta(ge=1, description="How large a film may be that is uploaded for shows.")
    ] = 4_000
    film_minutes: Annotated[
        int, Meta(ge=1, le=24 * 60, description="How long such a film may be.")
    ] = 240
    store_films_megabytes: Annotated[
        int, Meta(ge=1, description="What all films of one store may take.")
    ] = 20_000
    channels_private: Annotated[
        bool,
        Meta(description="Whether shows may be pushed to servers of this machine's own network."),
    ] = False
    sources_private: Annotated[
        bool,
        Meta(description="Whether shows may fetch their picture inside this machine's network."),
    ] = False
    fact_keep_days: Annotated[
        int, Meta(ge=1, description="How long the facts in the outbox are kept.")
    ] = 7
    frame_keep_days: Annotated[
        int, Meta(ge=1, description="How long the frames of rooms are kept in the database.")
    ] = 30
    settlement_period: Annotated[
        Literal["month", "week"],
        Meta(description="How long the period of a store's statement is, in its time zone."),
    ] = "month"
    settlement_days_max: Annotated[
        int,
        Meta(
            ge=0,
            le=365,
            description="A store's money becomes due so long after the payment, where nobody said "
            "that the goods were delivered.",
        ),
    ] = 30
    metrics_token: Annotated[
        str, Meta(description="Bearer token for /metrics; empty: only this machine may ask.")
    ] = ""
    connections: Annotated[
        int,
        Meta(ge=0, description="Live connections of this process; 0: as open files and memory do."),
    ] = 0
    connections_per_address: Annotated[
        int, Meta(ge=1, description="Live connections that one address may hold.")
    ] = 200
    hold_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=7 * 24 * 3600,
            description="How long goods are held for who has not paid yet.",
        ),
    ] = 600
    messages_per_second: Annotated[
        float, Meta(ge=1, description="Messages that one live connection may send, lastingly.")
    ] = engine_limits.MESSAGES_PER_SECOND
    messages_burst: Annotated[
        float, Meta(ge=1, description="Messages that one live connection may send at once.")
    ] = engine_limits.MESSAGES_BURST
    media: Annotated[
        bool, Meta(description="Whether this process makes the video of its shows.")
    ] = True
    webrtc_ports: Annotated[
        str,
        Meta(
            pattern=r"^(\d{1,5}-\d{1,5})?$",
            description="UDP ports of cameras and viewers over WebRTC, such as 50000-50200; one is "
            "taken for each and network address. Empty: any.",
        ),
    ] = ""
    webrtc_address: Annotated[
        str,
        Meta(
            description="The IP address by which cameras and viewers over WebRTC reach this node, "
            "where a cloud or a router gives it another one inside. Empty: its own."
        ),
    ] = ""
    ice_servers: Annotated[
        tuple[str, ...],
        Meta(
            description="Servers that help WebRTC through routers: stun:host:3478 or "
            "turn:user:password@host:3478?transport=udp. Browsers are told them."
        ),
    ] = ()
    turn_secret: Annotated[
        str,
        Meta(
            description="What the TURN servers above and the house know (coturn: use-auth-secret,"
            " static-auth-secret): those without user and password get ones that pass in half a"
            " day. Empty: none."
        ),
    ] = ""
    rtmp_port: Annotated[
        int,
        Meta(
            ge=0, le=65_535, description="Port for cameras over RTMP, as OBS sends them; 0: none."
        ),
    ] = 1935
    rtmps_port: Annotated[
        int, Meta(ge=0, le=65_535, description="The same over TLS, with a certificate; 0: none.")
    ] = 0
    rtmp_host: Annotated[
        str, Meta(description="Address to listen on for cameras; empty: as `host`.")
    ] = ""
    rtmp_certificate: Annotated[
        str, Meta(description="PEM file with the certificate for rtmps_port, and those above it.")
    ] = ""
    rtmp_certificate_key: Annotated[
        str, Meta(description="PEM file with its key; empty: the certificate's file.")
    ] = ""
    rtmp_address: Annotated[
        str,
        Meta(
            description="What hosts type in OBS, such as rtmp://live.example/live; empty: made of"
            " origin and port."
        ),
    ] = ""
    ingest_secret: Annotated[
        str,
        Meta(
            description="At least 32 random characters, by which a video server of your own asks"
            " /ingest about stream keys; empty: none may.",
            pattern="^(.{32,})?$",
        ),
    ] = ""
    webrtc_viewers: Annotated[
        int,
        Meta(
            ge=0,
            le=500,
            description="Viewers at once over WebRTC (WHEP), for small rooms; each takes some"
            " hundredths of a core. Guests and the store's people have seats beyond these.",
        ),
    ] = 20
    log_json: Annotated[bool, Meta(description="Log one JSON object a line.")] = False

    @property
    def folder(self) -> Path:
        return Path(self.data).absolute()

    @property
    def disk_room(self) -> DiskRoom:
        """What recordings may take on the disk of a node."""
        bytes_max = self.video_quota_megabytes * 1_000_000
        return DiskRoom(bytes_max, bytes_max * self.video_store_percent // 100)

    @property
    def hold(self) -> timedelta:
        return timedelta(seconds=self.hold_seconds)

    @property
    def address(self) -> str:
        """Where people find the house, as far as it knows."""
        return self.origin or f"http://{self.host}:{self.port}"

    def does(self, *roles: NodeRole) -> bool:
        """Whether this node has any of the roles."""
        return bool(set(roles) & set(self.roles))

    @property
    def makes_video(self) -> bool:
        return self.media and self.does("media")


def load_settings(
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
    **chosen: object,
) -> Settings:
    """The settings from the file, the environment above it, and `chosen` (None: not) above both."""
    values: dict[str, object] = {}
    file = file or (Path(environment[FILE_VARIABLE]) if FILE_VARIABLE in environment else None)
    if file is not None:
        try:
            values |= tomllib.loads(file.read_text())
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingsRefused(f"{file}: {error}") from None
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    for name, text in environment.items():
        if name.startswith(PREFIX) and name != FILE_VARIABLE:
            setting = name.removeprefix(PREFIX).lower()
            if setting not in types:
                raise SettingsRefused(f"{name}: there is no such setting")
            values[setting] = _from_text(text, is_list="tuple" in str(types[setting]))
    values |= {name: value for name, value in chosen.items() if value is not None}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsRefused(f"settings: {error}") from None


def _from_text(text: str, *, is_list: bool) -> object:
    if is_list:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text

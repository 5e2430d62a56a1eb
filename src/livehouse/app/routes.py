"""Every address of the house, and the services that handlers ask for by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litestar.types import ControllerRouterHandler

from livehouse.app import ingest
from livehouse.app.asyncapi import asyncapi_json
from livehouse.app.camera_passes import CameraDesk, CameraPasses
from livehouse.app.camera_passes import routes as camera_routes
from livehouse.app.captions import Spoken
from livehouse.app.frames import frames
from livehouse.app.guests import MediaGuests
from livehouse.app.noticeboard import CampaignNotices
from livehouse.app.operations import Operations, healthz, metrics
from livehouse.app.recorded_files import FilePassage, ShowNaming, recorded_file
from livehouse.app.seating import MonitorDesk, Seating
from livehouse.app.seating import routes as seating_routes
from livehouse.app.servers_in_front import ServersInFront
from livehouse.app.settings import Settings
from livehouse.app.signals import EmbeddingSites, signals
from livehouse.app.video import Owners, VideoPassage, video
from livehouse.app.viewing import Pictures
from livehouse.app.viewing import routes as viewing_routes
from livehouse.app.webrtc import WebRtcPassage, webrtc_links
from livehouse.app.webrtc import routes as webrtc_routes
from livehouse.domains.aftersales import api as aftersales_api
from livehouse.domains.aftersales import pages as aftersales_pages
from livehouse.domains.campaigns import pages as campaigns_pages
from livehouse.domains.channels import api as channels_api
from livehouse.domains.channels import pages as channels_pages
from livehouse.domains.chat import api as chat_api
from livehouse.domains.crowd import api as crowd_api
from livehouse.domains.crowd import pages as crowd_pages
from livehouse.domains.films import api as films_api
from livehouse.domains.films import pages as films_pages
from livehouse.domains.followers import api as followers_api
from livehouse.domains.followers import pages as followers_pages
from livehouse.domains.guests import api as guests_api
from livehouse.domains.guests import pages as guests_pages
from livehouse.domains.invites import api as invites_api
from livehouse.domains.invites import pages as invites_pages
from livehouse.domains.offers import api as offers_api
from livehouse.domains.offers import pages as offers_pages
from livehouse.domains.orders import api as orders_api
from livehouse.domains.orders import pages as orders_pages
from livehouse.domains.people import api as people_api
from livehouse.domains.people import pages as people_pages
from livehouse.domains.play import api as play_api
from livehouse.domains.play import pages as play_pages
from livehouse.domains.programmes import api as programmes_api
from livehouse.domains.programmes import pages as programmes_pages
from livehouse.domains.recordings import api as recordings_api
from livehouse.domains.recordings import pages as recordings_pages
from livehouse.domains.screens import api as screens_api
from livehouse.domains.screens import pages as screens_pages
from livehouse.domains.shows import api as shows_api
from livehouse.domains.shows import pages as shows_pages
from livehouse.domains.shows.api.sources import Sources
from livehouse.domains.stores import api as stores_api
from livehouse.domains.stores import pages as stores_pages
from livehouse.web.application import WebApplication, web_application

if TYPE_CHECKING:
    from livehouse.app.platform import Platform

# What a node serves follows from its roles; how it is doing, every node tells.
PAGES: Sequence[ControllerRouterHandler] = (
    *people_api.routes,
    *people_pages.routes,
    *invites_api.routes,
    *invites_pages.routes,
    *stores_api.routes,
    *stores_pages.routes,
    *shows_api.routes,
    *shows_pages.routes,
    *followers_api.routes,
    *followers_pages.routes,
    *recordings_api.routes,
    *recordings_pages.routes,
    *films_api.routes,
    *films_pages.routes,
    *channels_api.routes,
    *channels_pages.routes,
    *guests_api.routes,
    *guests_pages.routes,
    *programmes_api.routes,
    *programmes_pages.routes,
    *screens_api.routes,
    *screens_pages.routes,
    *offers_api.routes,
    *offers_pages.routes,
    *orders_api.routes,
    *orders_pages.routes,
    *aftersales_api.routes,
    *aftersales_pages.routes,
    *campaigns_pages.routes,
    *chat_api.routes,
    *crowd_api.routes,
    *crowd_pages.routes,
    *play_api.routes,
    *play_pages.routes,
    *camera_routes,
    *seating_routes,
    *viewing_routes,
    asyncapi_json,
)
ROOM: Sequence[ControllerRouterHandler] = (frames, signals)
VIDEO: Sequence[ControllerRouterHandler] = (
    video, *webrtc_routes, *ingest.routes, recorded_file,
)  # fmt: skip
OPERATIONS: Sequence[ControllerRouterHandler] = (healthz, metrics)


def routes_of(settings: Settings) -> Sequence[ControllerRouterHandler]:
    return (
        *(PAGES if settings.does("web") else ()),
        *(ROOM if settings.does("gateway") else ()),
        *(VIDEO if settings.does("web", "gateway", "media") else ()),
        *OPERATIONS,
    )


def application(platform: "Platform") -> WebApplication:
    """The ASGI application of a built platform."""
    settings = platform.settings
    passage = VideoPassage(
        platform.media,
        node=platform.membership.node.id,
        makes_video=settings.makes_video,
        owners=Owners(platform.membership.media_owners, platform.clock) if platform.nats else None,
    )
    servers = ServersInFront(platform.clock)
    seating = Seating(platform.guests, platform.web.signer, platform.clock)
    webrtc = WebRtcPassage(
        passage,
        platform.shows,
        platform.guests,
        seating,
        platform.web.signer,
        node=platform.membership.node.id,
    )
    naming = ShowNaming(platform.shows, platform.recordings, settings.time_zone)
    files = FilePassage(passage, naming, node=platform.membership.node.id)
    services = {
        **_services(platform, servers),
        "passage": passage, "webrtc": webrtc, "files": files,
        "monitors": MonitorDesk(platform.shows, seating, webrtc_links(settings), platform.clock),
        "spoken": Spoken(platform.recordings, platform.clock),
    }  # fmt: skip
    lifespan = [passage.open, files.open, webrtc.open, servers.open]
    return web_application(platform.web, routes_of(settings), services, lifespan=lifespan)


def _services(platform: "Platform", servers: ServersInFront) -> dict[str, object]:
    """What handlers may ask for, by name."""
    settings = platform.settings
    passes = CameraPasses(platform.web.signer, platform.clock)
    return {
        "people": platform.people,
        "invites": platform.invites,
        "stores": platform.stores,
        "delivery": platform.delivery,
        "uploads": platform.uploads,
        "store_images": platform.pictures.images,
        "shows": platform.shows,
        "recordings": platform.recordings,
        "channels": platform.channels,
        "guests": platform.guests,
        "films": platform.films,
        "guest_cameras": MediaGuests(platform.media, webrtc_links(settings), platform.clock),
        "videos": platform.videos,
        "sources": Sources(
            platform.shows,
            platform.stream_keys,
            platform.videos,
            ingest.MediaCameras(platform.media, servers, settings),
            platform.source_seal,
        ),
        "pictures": Pictures(
            platform.shows, platform.media, platform.recordings, platform.viewings
        ),
        "programmes": platform.programmes,
        "preparations": platform.preparations,
        "reminders": platform.reminders,
        "followers": platform.followers,
        "news": platform.news,
        "ingest": ingest.Ingest(
            platform.stream_keys,
            platform.media,
            settings.ingest_secret,
            passes,
            platform.guests,
            servers,
        ),
        "cameras": CameraDesk(platform.shows, passes, webrtc_links(settings), platform.clock),
        "companions": platform.companions,
        "screens": platform.screens,
        "formats": platform.formats,
        "campaigns": platform.campaigns,
        "noticeboard": CampaignNotices(platform.campaigns),
        "venues": platform.venues,
        "chat": platform.chat,
        "objects": platform.objects,
        "gateway": platform.gateway,
        "shelves": platform.shelves,
        "names": platform.chat,
        "posts": platform.posts,
        "sites": EmbeddingSites(platform.settings.allowed_origins),
        "clock": platform.clock,
        "operations": Operations(platform),
        **_sales(platform),
    }


def _sales(platform: "Platform") -> dict[str, object]:
    """What is on sale and what follows; games, too, since they give things away."""
    return {
        "settlement": platform.settlement,
        "offers": platform.offers,
        "coupons": platform.coupons,
        "drops": platform.drops,
        "subsidies": platform.subsidies,
        "prices": platform.prices,
        "orders": platform.orders,
        "waiting": platform.waiting,
        "payments": platform.payments,
        "refunds": platform.payments.refunds,
        "baskets": platform.baskets,
        "checkout": platform.checkout,
        "invoices": platform.invoices,
        "till": platform.till,
        "sandbox": platform.providers.sandbox,
        "openings": platform.openings,
        "draws": platform.draws,
        "battles": platform.battles,
        "battle_ends": platform.battle_ends,
        "contests": platform.contests,
        "crowd": platform.crowd,
        "claims": platform.prizes,
        "records": platform.objects,
        "aftersales": platform.aftersales,
        "storyteller": platform.aftersales.stories,
    }

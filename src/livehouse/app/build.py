"""Builds the platform from its settings. Read top to bottom to see what needs what."""

import random
import socket
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from livehouse.app.adapters import LoggedRooms, RoomFacts, RunsToConduct, StoresToSettle
from livehouse.app.demo_pictures import DemoPictures
from livehouse.app.films import films_of, videos_of
from livehouse.app.forms import forms_of
from livehouse.app.ingest import camera_state, media_of
from livehouse.app.mailing import mailer_of
from livehouse.app.nats_backplane import nats_of
from livehouse.app.nodes import ALIVE, MEDIA_LEASE, Membership, key, this_node
from livehouse.app.open_files import allowances_of
from livehouse.app.paying import make_providers
from livehouse.app.platform import Platform
from livehouse.app.programmes import news_of, programmes_of, reminders_of
from livehouse.app.purging import TRIES_MAX
from livehouse.app.rooms import behaviour, vocabulary, words
from livehouse.app.settings import Settings
from livehouse.app.sharing import places
from livehouse.app.viewing import Viewings
from livehouse.domains.aftersales import AfterSales, BuyersWords, Letters
from livehouse.domains.aftersales import Desk as AfterSalesDesk
from livehouse.domains.campaigns import Campaigns, Counting, Venues
from livehouse.domains.channels import Channels
from livehouse.domains.chat import Chat
from livehouse.domains.crowd import Crowd
from livehouse.domains.followers import Followers
from livehouse.domains.guests import Guests
from livehouse.domains.invites import Invites
from livehouse.domains.ledger import Every, Settlement
from livehouse.domains.offers import Coupons, Drops, Offers, Prices, Subsidies
from livehouse.domains.offers.adapters.shelves import StoreShelves
from livehouse.domains.orders import (
    Audit,
    Baskets,
    Checkout,
    Invoices,
    Openings,
    Orders,
    Payments,
    Till,
    Waiting,
)
from livehouse.domains.people import Memberships, make_people
from livehouse.domains.play import (
    Battles,
    Claims,
    Contests,
    Draws,
    Endings,
    Ground,
    PrizeLetters,
    Steps,
)
from livehouse.domains.programmes import (
    Companions,
    Formats,
    Preparations,
    RemindersKept,
    known_formats,
)
from livehouse.domains.recordings import Recordings
from livehouse.domains.screens import Screens, Watching
from livehouse.domains.shows import Hosts, Shows, StreamKeys
from livehouse.domains.shows.adapters.roles import RunRoles
from livehouse.domains.stores import Delivery, StoreImages, StoreNaming, Stores, Uploads
from livehouse.domains.stores.jobs import PictureWork
from livehouse.engine import limits as engine_limits
from livehouse.engine.backplane import LocalBackplane
from livehouse.engine.conductor import Conductor, ConductorPorts
from livehouse.engine.gateway import Gateway, GatewayPorts
from livehouse.engine.posts import Posts
from livehouse.engine.returning import retry_ms
from livehouse.engine.sealing import Sealer
from livehouse.engine.shelves import Shelves
from livehouse.foundation.clock import Clock, SystemClock
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from livehouse.storage.frame_archive import PostgresFrameArchive
from livehouse.storage.frame_log import PostgresFrameLog, PostgresLeases
from livehouse.storage.nodes import MediaOwners, PostgresNodes
from livehouse.storage.objects import open_objects
from livehouse.storage.outbox import Outbox
from livehouse.storage.postgres import BundledPostgres
from livehouse.storage.sealing import Seal
from livehouse.web.application import make_web
from livehouse.web.context import WebSettings
from livehouse.web.fetching import PictureFetcher
from livehouse.web.i18n import Languages
from livehouse.web.live_socket import LiveSockets
from livehouse.web.pictures import WebpSizes
from livehouse.web.signing import Signer

SITE_NAME = "Livehouse"


def build(
    settings: Settings,
    database: Database,
    *,
    server: BundledPostgres | None = None,
    clock: Clock | None = None,
) -> Platform:
    clock = clock or SystemClock()
    ids = SystemIds(clock)
    signer = Signer([key(settings, "signing")])
    languages = Languages()
    mailer = mailer_of(settings, settings.folder, ids)
    objects = open_objects(settings.objects_url, settings.folder / "objects")
    memberships = Memberships(database, clock, ids)
    invites = Invites(database, clock)
    screens = Screens(database, clock, ids, Watching(database))
    stores = Stores(database, clock, ids, memberships)
    settlement = Settlement(
        database, clock, ids, StoresToSettle(stores), Every(settings.settlement_period)
    )
    uploads = Uploads(stores)
    pictures = PictureWork(
        StoreImages(database, objects, clock), DemoPictures(PictureFetcher()), WebpSizes()
    )

    shows = Shows(
        database, clock, ids, forms=forms_of(settings),
        hosts=Hosts(video=settings.video_base, frames=settings.frames_base),
    )  # fmt: skip
    offers = Offers(database, clock, ids, shows, StoreShelves(stores))
    coupons = Coupons(database, clock, ids, stores, shows)
    recordings = Recordings(database, clock, ids, shows)
    films = films_of(settings, shows, recordings)
    chat = Chat(database, clock, shows)
    crowd = Crowd(database, clock, ids, shows, chat, coupons, invites)
    followers = Followers(shows, stores)
    ground = Ground(shows, invites, crowd.attendance, followers)
    draws = Draws(database, clock, ids, stores, shows, coupons, ground, key(settings, "signing"))
    battles = Battles(database, clock, ids, shows, stores, invites, crowd.rewards)
    drops = Drops(database, clock, ids, shows)
    preparations = Preparations(database, clock, ids)
    programmes = programmes_of(
        recordings=recordings,
        preparations=preparations,
        offers=offers,
        drops=drops,
        draws=draws,
        battles=battles,
        crowd=crowd,
    )
    media = media_of(settings, clock)
    formats = Formats(shows, known_formats(settings.folder), partial(camera_state, media))
    guests = Guests(database, clock, ids, shows, signer)
    shows.archive = recordings
    offers.marks = [recordings]
    providers = make_providers(settings, database, clock, site_name=SITE_NAME)
    orders = Orders(database, clock, ids)
    waiting = Waiting(database, clock, ids)
    payments = Payments(
        database,
        clock,
        ids,
        providers.known,
        providers.offered,
        settings.hold,
        due_after=timedelta(days=settings.settlement_days_max),
    )
    baskets = Baskets(database, clock, ids)
    till = Till(database, clock, settings.hold)
    frames = PostgresFrameLog(database.pool)
    openings = Openings(
        database, clock, ids, offers, till, LoggedRooms(frames), key(settings, "signing")
    )
    battle_ends = Endings(battles)
    people = make_people(
        database=database,
        clock=clock,
        ids=ids,
        signer=signer,
        mailer=mailer,
        languages=languages,
        stores=StoreNaming(database),
        runs=RunRoles(shows),
        contributors=[
            chat,
            orders,
            waiting,
            openings,
            draws,
            battles,
            *crowd.contributors,
            coupons,
            baskets,
            invites,
            followers,
            screens,
            BuyersWords(database),
            RemindersKept(database),
        ],
        origin=settings.address,
        site_name=SITE_NAME,
    )

    reminders = reminders_of(settings, offers, people, mailer, signer)
    news = news_of(settings, followers, reminders, signer)
    shows.plan_hooks = [news]
    shows.edit_hooks = [formats, offers, reminders]
    shows.hooks = [formats, offers, coupons, recordings, programmes, guests, battle_ends, news]
    purges = TRIES_MAX if settings.purge_url else 0
    archive = PostgresFrameArchive(database.pool, objects, purges=purges)
    node = f"{socket.gethostname()}-{ids.new().hex[-8:]}"
    nats = nats_of(settings, key(settings, "signing"), node, clock)
    backplane = nats or LocalBackplane()
    leases = PostgresLeases(database.pool, lasts=timedelta(seconds=engine_limits.LEASE_SECONDS))
    conductor = Conductor(
        node,
        clock,
        ConductorPorts(
            behaviour=behaviour(),
            frames=frames,
            leases=leases,
            facts=RoomFacts(Outbox(database.pool)),
            runs=RunsToConduct(shows),
            backplane=backplane,
        ),
    )
    shows.nudges.append(conductor.look)
    allowances = allowances_of(settings)
    gateway = Gateway(
        node,
        clock,
        GatewayPorts(
            frames=frames, backplane=backplane, tickets=people.tickets, words=words(languages),
            chance=random.random,
        ),
        vocabulary(clock, till, openings, chat, draws=draws, battles=battles, crowd=crowd),
        allowances,
    )  # fmt: skip
    posts = Posts(gateway, people.tickets, clock, allowances)
    gateway.chores.append(posts.sweep)
    chat.dismissals.append(lambda run, person_id: gateway.dismiss(run, f"u{person_id}"))
    chat.dismissals.append(crowd.questions.withdraw)
    campaigns = Campaigns(database, clock, ids)
    invites.places.update(places(shows, campaigns, battles, draws))
    after_sales = AfterSalesDesk(database, clock, ids, stores, people)
    return Platform(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        server=server,
        outbox=Outbox(database.pool),
        objects=objects,
        people=people,
        invites=invites,
        stores=stores,
        delivery=Delivery(database, ids),
        uploads=uploads,
        pictures=pictures,
        shows=shows,
        recordings=recordings,
        channels=Channels(database, clock, ids, shows, Seal(key(settings, "signing"), "channels")),
        source_seal=Seal(key(settings, "signing"), "sources"),
        guests=guests,
        films=films,
        videos=videos_of(settings, films),
        programmes=programmes,
        preparations=preparations,
        companions=Companions(shows),
        viewings=Viewings(clock),
        screens=screens,
        formats=formats,
        reminders=reminders,
        followers=followers,
        news=news,
        settlement=settlement,
        audit=Audit(database),
        offers=offers,
        coupons=coupons,
        drops=drops,
        subsidies=Subsidies(database, clock, ids, stores),
        prices=Prices(database, clock),
        orders=orders,
        waiting=waiting,
        baskets=baskets,
        checkout=Checkout(database, clock, baskets, till),
        invoices=Invoices(database),
        payments=payments,
        till=till,
        openings=openings,
        draws=draws,
        battles=battles,
        battle_ends=battle_ends,
        contests=Contests(battles),
        crowd=crowd,
        draw_steps=Steps(draws, LoggedRooms(frames), objects),
        prizes=Claims(database, clock, people, coupons, crowd.rewards),
        prize_letters=PrizeLetters(
            database, clock, people, stores, mailer, languages, settings.address
        ),
        aftersales=AfterSales(
            after_sales, orders, Letters(after_sales, mailer, languages, settings.address)
        ),
        campaigns=campaigns,
        venues=Venues(database, clock, shows, stores, offers),
        counting=Counting(database, clock, Outbox(database.pool), shows, LoggedRooms(frames)),
        providers=providers,
        chat=chat,
        frames=frames,
        nats=nats,
        membership=Membership(
            this_node(settings),
            PostgresNodes(database.pool, alive=ALIVE),
            MediaOwners(database.pool, lasts=MEDIA_LEASE),
        ),
        conductor=conductor,
        gateway=gateway,
        archive=archive,
        sealer=Sealer(frames, archive, clock),
        posts=posts,
        shelves=Shelves(gateway, frames, archive, clock),
        media=media,
        stream_keys=StreamKeys(database, clock, key(settings, "signing")),
        sockets=LiveSockets(
            gateway=gateway,
            retry_ms=lambda crowd: retry_ms(crowd, random.random()),  # noqa: S311 - hides nothing
            origins=settings.allowed_origins,
            trusted_proxies=settings.trusted_proxies,
        ),
        web=make_web(
            WebSettings(
                origin=settings.origin,
                language=settings.language,
                time_zone=settings.time_zone,
                trusted_proxies=settings.trusted_proxies,
                media_origins=_media_origins(settings),
                pay_origins=providers.pages,
                frame_origins=settings.frame_origins,
            ),
            identities=people.sessions,
            signer=signer,
            clock=clock,
            site_name=SITE_NAME,
        ),
    )


def _media_origins(settings: Settings) -> tuple[str, ...]:
    """The hosts that browsers may load video, pictures and frames from, beside ours."""
    bases = (urlsplit(base) for base in (settings.video_base, settings.frames_base) if base)
    return (*settings.media_origins, *(f"{base.scheme}://{base.netloc}" for base in bases))

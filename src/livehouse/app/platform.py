"""Every live object of a running house, by name."""

from dataclasses import dataclass

from livehouse.app.nats_backplane import NatsBackplane
from livehouse.app.nodes import Membership
from livehouse.app.paying import Providers
from livehouse.app.settings import Settings
from livehouse.app.viewing import Viewings
from livehouse.domains.aftersales import AfterSales
from livehouse.domains.campaigns import Campaigns, Counting, Venues
from livehouse.domains.channels import Channels
from livehouse.domains.chat import Chat
from livehouse.domains.crowd import Crowd
from livehouse.domains.films import Films, StoreVideos
from livehouse.domains.followers import Followers, News
from livehouse.domains.guests import Guests
from livehouse.domains.invites import Invites
from livehouse.domains.ledger import Settlement
from livehouse.domains.offers import Coupons, Drops, Offers, Prices, Subsidies
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
from livehouse.domains.people import People
from livehouse.domains.play import Battles, Claims, Contests, Draws, Endings, PrizeLetters, Steps
from livehouse.domains.programmes import (
    Companions,
    Formats,
    Preparations,
    Programmes,
    Reminders,
)
from livehouse.domains.recordings import Recordings
from livehouse.domains.screens import Screens
from livehouse.domains.shows import Shows, StreamKeys
from livehouse.domains.stores import Delivery, Stores, Uploads
from livehouse.domains.stores.jobs import PictureWork
from livehouse.engine.conductor import Conductor
from livehouse.engine.gateway import Gateway
from livehouse.engine.posts import Posts
from livehouse.engine.sealing import Sealer
from livehouse.engine.shelves import Shelves
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import Database
from livehouse.storage.frame_archive import PostgresFrameArchive
from livehouse.storage.frame_log import PostgresFrameLog
from livehouse.storage.objects import Objects
from livehouse.storage.outbox import Outbox
from livehouse.storage.postgres import BundledPostgres
from livehouse.storage.sealing import Seal
from livehouse.web.context import Web
from livehouse.web.live_socket import LiveSockets


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Every live object of this process; services first, then what runs."""

    settings: Settings
    clock: Clock
    ids: IdSource
    database: Database
    server: BundledPostgres | None  # where the database is ours to keep running
    outbox: Outbox
    objects: Objects
    people: People
    invites: Invites
    stores: Stores
    delivery: Delivery
    uploads: Uploads
    pictures: PictureWork
    shows: Shows
    recordings: Recordings
    channels: Channels
    source_seal: Seal
    guests: Guests
    films: Films
    videos: StoreVideos
    programmes: Programmes
    preparations: Preparations
    reminders: Reminders
    followers: Followers
    news: News
    companions: Companions
    viewings: Viewings
    screens: Screens
    formats: Formats
    settlement: Settlement
    audit: Audit
    offers: Offers
    coupons: Coupons
    drops: Drops
    subsidies: Subsidies
    prices: Prices
    orders: Orders
    waiting: Waiting
    baskets: Baskets
    checkout: Checkout
    invoices: Invoices
    payments: Payments
    till: Till
    openings: Openings
    draws: Draws
    battles: Battles
    battle_ends: Endings
    contests: Contests
    crowd: Crowd
    draw_steps: Steps
    prizes: Claims
    prize_letters: PrizeLetters
    aftersales: AfterSales
    campaigns: Campaigns
    venues: Venues
    counting: Counting
    providers: Providers
    chat: Chat
    frames: PostgresFrameLog
    nats: NatsBackplane | None  # where there are other nodes
    membership: Membership
    conductor: Conductor
    gateway: Gateway
    archive: PostgresFrameArchive
    sealer: Sealer
    posts: Posts
    shelves: Shelves
    media: MediaSupervisor
    stream_keys: StreamKeys
    sockets: LiveSockets
    web: Web

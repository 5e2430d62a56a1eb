"""Imports every table, so that the one metadata is whole."""

from livehouse.domains.aftersales import tables as aftersales
from livehouse.domains.campaigns import tables as campaigns
from livehouse.domains.channels import tables as channels
from livehouse.domains.chat import tables as chat
from livehouse.domains.crowd import tables as crowd
from livehouse.domains.films import tables as films
from livehouse.domains.followers import tables as followers
from livehouse.domains.guests import tables as guests
from livehouse.domains.invites import tables as invites
from livehouse.domains.ledger import tables as ledger
from livehouse.domains.offers import tables as offers
from livehouse.domains.orders import tables as orders
from livehouse.domains.people import tables as people
from livehouse.domains.play import tables as play
from livehouse.domains.programmes import tables as programmes
from livehouse.domains.quotas import tables as quotas
from livehouse.domains.recordings import tables as recordings
from livehouse.domains.screens import tables as screens
from livehouse.domains.shows import tables as shows
from livehouse.domains.stores import tables as stores
from livehouse.storage import frame_tables, node_tables, outbox
from livehouse.storage.schema import metadata

__all__ = [
    "aftersales",
    "campaigns",
    "channels",
    "chat",
    "crowd",
    "films",
    "followers",
    "frame_tables",
    "guests",
    "invites",
    "ledger",
    "metadata",
    "node_tables",
    "offers",
    "orders",
    "outbox",
    "people",
    "play",
    "programmes",
    "quotas",
    "recordings",
    "screens",
    "shows",
    "stores",
]

"""How campaigns, who takes part in them, and what they have sold are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from livehouse.storage.schema import metadata, moment

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", JSONB, nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    moment("sale_at", nullable=True),
    Column("thresholds", JSONB, nullable=False),
    Column("draft", JSONB, nullable=False),
    Column("blocks", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    moment("published_at", nullable=True),
    CheckConstraint("starts_at < ends_at", name="lasts"),
    Index("ix_campaigns_ends_at", "ends_at"),
)

campaign_lines = Table(
    "campaign_lines",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("name", JSONB, nullable=False),
    Column("hue", Integer, nullable=False),
)

_ACCEPTED = text("state = 'accepted'")

# A show in a campaign. Its start is copied, so that a schedule of hundreds of thousands of shows is
# read from one index.
campaign_entries = Table(
    "campaign_entries",
    metadata,
    Column("campaign_id", Uuid, ForeignKey("campaigns.id"), primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True, index=True),
    Column("line_id", Uuid, ForeignKey("campaign_lines.id"), nullable=False, index=True),
    Column("room_id", Uuid, ForeignKey("rooms.id"), nullable=False),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    moment("starts_at"),
    Column("state", Text, nullable=False),
    Column("withheld", Boolean, nullable=False),
    Column("run_id", Uuid),
    moment("on_since", nullable=True),
    Column("viewers", Integer, nullable=False),
    Column("viewers_max", Integer, nullable=False),
    moment("asked_at"),
    CheckConstraint(
        "state in ('invited', 'applied', 'accepted', 'declined')", name="known_state"
    ),
    CheckConstraint("viewers >= 0 and viewers_max >= 0", name="not_negative"),
    Index("ix_campaign_entries_day", "campaign_id", "starts_at", "show_id",
          postgresql_where=_ACCEPTED),
    Index("ix_campaign_entries_line_day", "campaign_id", "line_id", "starts_at", "show_id",
          postgresql_where=_ACCEPTED),
    Index("ix_campaign_entries_on", "campaign_id", "viewers", "show_id",
          postgresql_where=text("state = 'accepted' and run_id is not null")),
    Index("ix_campaign_entries_newest", "campaign_id", "on_since",
          postgresql_where=text("state = 'accepted' and run_id is not null")),
    Index("ix_campaign_entries_watched", "campaign_id", "viewers_max",
          postgresql_where=text("state = 'accepted' and viewers_max > 0")),
    Index("ix_campaign_entries_asked", "campaign_id", "state", "asked_at", "show_id"),
    Index("ix_campaign_entries_store", "store_id", "asked_at"),
)  # fmt: skip

# What each show has sold, counted from facts; also of those in no campaign yet.
show_sales = Table(
    "show_sales",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("paid_minor", BigInteger, nullable=False),
    Column("back_minor", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
)

# Clean sales per room and in all: at every moment the sums of `show_sales` over entries that count.
campaign_rooms = Table(
    "campaign_rooms",
    metadata,
    Column("campaign_id", Uuid, ForeignKey("campaigns.id"), primary_key=True),
    Column("room_id", Uuid, ForeignKey("rooms.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("sold_minor", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Index("ix_campaign_rooms_board", "campaign_id", "currency", "sold_minor", "room_id"),
)

campaign_totals = Table(
    "campaign_totals",
    metadata,
    Column("campaign_id", Uuid, ForeignKey("campaigns.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("sold_minor", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
)

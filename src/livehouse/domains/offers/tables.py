"""How offers are stored."""

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

from livehouse.storage.schema import metadata, moment

offers = Table(
    "offers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False, index=True),
    Column("variant_id", Uuid, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("variant_title", Text, nullable=False, server_default=""),
    Column("image", Text, nullable=False, server_default=""),
    Column("currency", String(3), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("quota_id", Uuid, ForeignKey("quotas.id"), nullable=False),
    Column("stock_quota_id", Uuid, ForeignKey("quotas.id"), nullable=False, index=True),
    Column("limit_per_buyer", Integer, nullable=False),
    Column("duration_seconds", Integer, nullable=False, server_default="0"),
    Column("rank", Integer, nullable=False),
    Column("tax_basis_points", Integer, nullable=False),
    Column("prices_include_tax", Boolean, nullable=False),
    Column("grace_ms", Integer, nullable=False),
    # Why it cannot be sent back without a reason, as its buyers read it.
    Column("no_return", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    moment("opened_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("closed_at", nullable=True),
    CheckConstraint("state in ('planned', 'open', 'closed')", name="known_state"),
    CheckConstraint("price_minor >= 0", name="price_not_negative"),
    Index("ix_offers_due", "closes_at", postgresql_where=text("state = 'open'")),
)

pins = Table(
    "pins",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("offer_id", Uuid, ForeignKey("offers.id")),
)

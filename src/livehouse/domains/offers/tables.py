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
from sqlalchemy.dialects.postgresql import JSONB

from livehouse.storage.schema import metadata, moment, only_grows

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
    Column("fair_window_ms", Integer, nullable=False, server_default="0"),
    Column("drawn", Boolean, nullable=False, server_default="false"),
    Column("state", Text, nullable=False),
    # When it opens by itself, while it is planned.
    moment("opens_at", nullable=True),
    moment("opened_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("closed_at", nullable=True),
    CheckConstraint("state in ('planned', 'open', 'closed')", name="known_state"),
    CheckConstraint("price_minor >= 0", name="price_not_negative"),
    Index("ix_offers_due", "closes_at", postgresql_where=text("state = 'open'")),
    Index("ix_offers_opens_at", "opens_at", postgresql_where=text("state = 'planned'")),
)

pins = Table(
    "pins",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("offer_id", Uuid, ForeignKey("offers.id")),
)

# What a discount takes off: so much money, or a share.
_ONE_FORM = "(amount_minor is null) <> (basis_points is null)"
_RIGHT_FORM = "amount_minor > 0 or basis_points between 1 and 10000"

coupons = Table(
    "coupons",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id")),
    Column("code", Text),
    Column("shown", Boolean, nullable=False),
    Column("label", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger),
    Column("basis_points", Integer),
    Column("from_minor", BigInteger, nullable=False),
    Column("cap_minor", BigInteger, nullable=False),
    Column("per_person", Integer, nullable=False),
    Column("alone", Boolean, nullable=False),
    Column("quota_id", Uuid, ForeignKey("quotas.id"), nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    moment("published_at"),
    CheckConstraint(_ONE_FORM, name="one_form"),
    CheckConstraint(_RIGHT_FORM, name="right_form"),
    Index(
        "uq_coupons_store_id_code", "store_id", "code", unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=text("code is not null"),
    ),
)  # fmt: skip

subsidies = Table(
    "subsidies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id")),
    Column("offer_id", Uuid, ForeignKey("offers.id")),
    Column("label", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger),
    Column("basis_points", Integer),
    Column("cap_minor", BigInteger, nullable=False),
    Column("parts", JSONB, nullable=False),
    Column("budget_id", Uuid, ForeignKey("quotas.id"), nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    moment("published_at"),
    CheckConstraint(_ONE_FORM, name="one_form"),
    CheckConstraint(_RIGHT_FORM, name="right_form"),
    Index("ix_subsidies_ends_at", "ends_at"),
)

# A coupon or subsidy that was ended before its time; its own row is never touched again.
discount_ends = Table(
    "discount_ends",
    metadata,
    Column("id", Uuid, primary_key=True),
    moment("ended_at"),
)

coupon_claims = Table(
    "coupon_claims",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("coupon_id", Uuid, ForeignKey("coupons.id"), primary_key=True),
    moment("claimed_at"),
)

# Coupons that a host let fall into a room: only the end ever changes, when it comes early.
drops = Table(
    "drops",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False, index=True),
    Column("coupon_id", Uuid, ForeignKey("coupons.id"), nullable=False),
    Column("quota_id", Uuid, ForeignKey("quotas.id"), nullable=False),
    Column("rehearsal", Boolean, nullable=False, server_default="false"),
    moment("ends_at"),
)

for published in (coupons, subsidies, discount_ends):
    only_grows(published)

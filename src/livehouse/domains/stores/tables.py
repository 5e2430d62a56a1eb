"""How stores and their catalogues are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from livehouse.storage.schema import metadata, moment, only_grows

# Every public address there ever was: old ones lead to what they named, and are never used again.
slugs = Table(
    "slugs",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("target_id", Uuid, nullable=False),
    Column("is_current", Boolean, nullable=False, server_default="true"),
    Index("ix_slugs_target", "kind", "target_id"),
)

stores = Table(
    "stores",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("prices_include_tax", Boolean, nullable=False),
    Column("default_tax_basis_points", Integer, nullable=False),
    Column("market", Text, nullable=False, server_default=""),
    Column("legal_name", Text, nullable=False, server_default=""),
    Column("legal_address", Text, nullable=False, server_default=""),
    Column("tax_number", Text, nullable=False, server_default=""),
    # What the platform takes of the store's sales; the operator sets it.
    Column("commission_basis_points", Integer, nullable=False, server_default="0"),
    Column("version", BigInteger, nullable=False, server_default="1"),
    moment("created_at"),
    CheckConstraint("commission_basis_points between 0 and 10000", name="commission_a_share"),
)

tax_rates = Table(
    "tax_rates",
    metadata,
    Column("store_id", Uuid, ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True),
    Column("country", Text, primary_key=True),
    Column("basis_points", Integer, nullable=False),
    CheckConstraint("basis_points between 0 and 10000", name="a_share"),
)

# No countries means everywhere.
delivery_methods = Table(
    "delivery_methods",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "store_id", Uuid, ForeignKey("stores.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("name", Text, nullable=False),
    Column("countries", ARRAY(Text), nullable=False, server_default="{}"),
    Column("currency", Text, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("free_from_minor", BigInteger),
    Column("days_min", Integer, nullable=False),
    Column("days_max", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    CheckConstraint("fee_minor >= 0 and free_from_minor >= 0", name="not_negative"),
    CheckConstraint("days_min between 0 and days_max", name="days_in_order"),
)

products = Table(
    "products",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id", ondelete="CASCADE"), nullable=False),
    Column("handle", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description_html", Text, nullable=False, server_default=""),
    Column("vendor", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default=""),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("published", Boolean, nullable=False),
    Column("no_return", Text, nullable=False, server_default=""),
    Column("option_names", ARRAY(Text), nullable=False, server_default="{}"),
    Column("version", BigInteger, nullable=False, server_default="1"),
    moment("created_at"),
    moment("changed_at"),
    UniqueConstraint("store_id", "handle"),
    Index("ix_products_store_id_id", "store_id", "id"),
)

images = Table(
    "images",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("product_id", Uuid, ForeignKey("products.id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("alt", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("key", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("try_after"),
    UniqueConstraint("product_id", "source"),
    CheckConstraint("state in ('pending', 'ready', 'failed')", name="known_state"),
)
Index("ix_images_pending", images.c.try_after, postgresql_where=images.c.state == "pending")

variants = Table(
    "variants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("product_id", Uuid, ForeignKey("products.id", ondelete="CASCADE"), nullable=False),
    Column("option_values", ARRAY(Text), nullable=False, server_default="{}"),
    Column("sku", Text, nullable=False, server_default=""),
    Column("barcode", Text, nullable=False, server_default=""),
    Column("price_minor", BigInteger, nullable=False),
    Column("compare_at_minor", BigInteger),
    Column("grams", Integer, nullable=False, server_default="0"),
    Column("requires_shipping", Boolean, nullable=False, server_default="true"),
    Column("taxable", Boolean, nullable=False, server_default="true"),
    Column("position", Integer, nullable=False),
    Column("image_id", Uuid, ForeignKey("images.id", ondelete="SET NULL")),
    Column("stock_quota_id", Uuid, ForeignKey("quotas.id"), nullable=False, unique=True),
    Column("imported_quantity", BigInteger),
    UniqueConstraint("product_id", "option_values"),
    CheckConstraint("price_minor >= 0 and compare_at_minor >= 0", name="not_negative"),
)

# Every public price that a variant ever had, and when it ended; kept longer than the variant.
price_points = Table(
    "price_points",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("variant_id", Uuid, nullable=False),
    Column("source_id", Uuid),
    Column("price_minor", BigInteger),
    moment("at"),
    CheckConstraint("price_minor >= 0", name="not_negative"),
    Index("ix_price_points_variant_id", "variant_id", "source_id", "number"),
)
only_grows(price_points)

# An upload waits here until the background has read it; then only its report stays.
catalogue_imports = Table(
    "catalogue_imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id", ondelete="CASCADE"), nullable=False),
    Column("started_by", Uuid),
    Column("file_name", Text, nullable=False),
    Column("content", LargeBinary),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("report", LargeBinary),
    moment("created_at"),
    moment("lease_until", nullable=True),
    moment("ended_at", nullable=True),
    CheckConstraint("state in ('waiting', 'running', 'done', 'refused')", name="known_state"),
    Index("ix_catalogue_imports_store_id_id", "store_id", "id"),
)

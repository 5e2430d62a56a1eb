"""How orders and payments are stored."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
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

# No foreign keys here: each would be one more look-up per order in the till's hot path, and the
# till has read the offer and its run in the same transaction. Neither is ever deleted.
orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("offer_id", Uuid, nullable=False),
    Column("run_id", Uuid, nullable=False),
    Column("store_id", Uuid, nullable=False),
    Column("buyer_id", Uuid, nullable=False),
    Column("address_id", Uuid),
    Column("quantity", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    moment("placed_at"),
    moment("hold_until"),
    Column("changed_at", DateTime(timezone=True)),
    CheckConstraint("state in ('placed', 'paid', 'cancelled', 'expired')", name="known_state"),
    CheckConstraint("quantity > 0 and total_minor >= 0", name="not_negative"),
    # The ids are UUIDv7, so within a buyer or a store the newest are together at the end.
    Index("ix_orders_buyer_id_id", "buyer_id", "id"),
    Index("ix_orders_store_id_id", "store_id", "id"),
    Index("ix_orders_hold_until", "hold_until", postgresql_where=text("state = 'placed'")),
)

payments = Table(
    "payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False, index=True),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("provider", Text, nullable=False),
    moment("started_at"),
    moment("settled_at", nullable=True),
    CheckConstraint(
        "state in ('started', 'succeeded', 'refused', 'timed_out', 'refunded')", name="known_state"
    ),
    # An order is paid once, however often its notice comes.
    Index("uq_payments_succeeded", "order_id", unique=True,
          postgresql_where=text("state = 'succeeded'")),
)  # fmt: skip

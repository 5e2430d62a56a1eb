"""How parcels, returns, reversals, complaints and ratings are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from livehouse.storage.schema import metadata, moment

# The moments of one order's way to its buyer; a row from the first parcel on.
deliveries = Table(
    "deliveries",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("store_id", Uuid, nullable=False),
    Column("buyer_id", Uuid, nullable=False),
    moment("paid_at"),
    moment("shipped_at", nullable=True),
    moment("arrived_at", nullable=True),
    moment("confirm_by", nullable=True),
    moment("delivered_at", nullable=True),
    moment("withdraw_until", nullable=True),
    moment("closed_at", nullable=True),
)
Index("ix_deliveries_confirm_by", deliveries.c.confirm_by,
      postgresql_where=text("delivered_at is null and confirm_by is not null"))  # fmt: skip
Index("ix_deliveries_withdraw_until", deliveries.c.withdraw_until,
      postgresql_where=text("delivered_at is not null and closed_at is null"))  # fmt: skip

# `pieces` is a list of {position, quantity}; an order and a label name one parcel, however often
# a file says so.
parcels = Table(
    "parcels",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False),
    Column("store_id", Uuid, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("pieces", JSONB, nullable=False),
    Column("events", JSONB, nullable=False),
    moment("sent_at"),
    UniqueConstraint("order_id", "carrier", "tracking"),
)

returns = Table(
    "returns",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False, index=True),
    Column("store_id", Uuid, nullable=False),
    Column("buyer_id", Uuid, nullable=False),
    Column("pieces", JSONB, nullable=False),
    Column("why", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("exchange_for", Uuid),
    Column("state", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    moment("requested_at"),
    moment("answer_by"),
    CheckConstraint(
        "state in ('requested', 'accepted', 'refused', 'taken_back', 'sent', 'received',"
        " 'refunded', 'exchanged')",
        name="known_state",
    ),
    CheckConstraint("why in ('changed_mind', 'wrong', 'damaged')", name="known_reason"),
    Index("ix_returns_store_id_id", "store_id", "id"),
    Index("ix_returns_answer_by", "answer_by", postgresql_where=text("state = 'requested'")),
)

# What of an order was reversed: pieces with the money for them, or goodwill. The payment that goes
# back stands in `refunds`.
reversals = Table(
    "reversals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False, index=True),
    Column("store_id", Uuid, nullable=False),
    Column("return_id", Uuid, ForeignKey("returns.id")),
    Column("pieces", JSONB, nullable=False),
    Column("amounts", JSONB, nullable=False),
    Column("delivery_minor", BigInteger, nullable=False),
    Column("goodwill_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("restocked", Boolean, nullable=False),
    Column("ends_order", Boolean, nullable=False),
    moment("made_at"),
    CheckConstraint(
        "delivery_minor >= 0 and goodwill_minor >= 0 and total_minor >= 0", name="not_negative"
    ),
    # A return is refunded once, whoever presses the button how often.
    Index("uq_reversals_return_id", "return_id", unique=True,
          postgresql_where=text("return_id is not null")),
)  # fmt: skip

complaints = Table(
    "complaints",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False),
    Column("store_id", Uuid, nullable=False),
    Column("buyer_id", Uuid, nullable=False),
    Column("about", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    moment("raised_at"),
    moment("answer_by"),
    CheckConstraint(
        "state in ('raised', 'answered', 'escalated', 'settled', 'decided')", name="known_state"
    ),
    Index("ix_complaints_order_id", "order_id"),
    Index("uq_complaints_open", "order_id", unique=True,
          postgresql_where=text("state in ('raised', 'answered', 'escalated')")),
    Index("ix_complaints_store_id_id", "store_id", "id"),
    Index("ix_complaints_answer_by", "answer_by", postgresql_where=text("state = 'raised'")),
    Index("ix_complaints_escalated", "id", postgresql_where=text("state = 'escalated'")),
)  # fmt: skip

ratings = Table(
    "ratings",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("store_id", Uuid, nullable=False, index=True),
    Column("buyer_id", Uuid, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    moment("rated_at"),
    CheckConstraint("score between 1 and 5", name="a_score"),
)

# Letters that wait to be sent: written with the change that they tell of.
letters = Table(
    "letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    moment("try_after"),
    Index("ix_letters_try_after", "try_after"),
)

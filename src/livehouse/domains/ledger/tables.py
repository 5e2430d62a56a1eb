"""How the books are stored."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from livehouse.storage.schema import metadata, moment, only_grows

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    UniqueConstraint("kind", "owner", "currency"),
    # Transfers point at both, so that no transfer joins two currencies.
    UniqueConstraint("id", "currency"),
)

bookings = Table(
    "bookings",
    metadata,
    # By number and not by UUID: transfers begin with it, three to an order.
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reference", Uuid, nullable=False),
    Column("subject_id", Uuid, nullable=False, index=True),
    moment("at"),
    UniqueConstraint("kind", "reference"),
)

transfers = Table(
    "transfers",
    metadata,
    Column("booking_id", BigInteger, ForeignKey("bookings.id"), primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("debit_id", Uuid, nullable=False),
    Column("credit_id", Uuid, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("basis_points", Integer, nullable=False, server_default="0"),
    ForeignKeyConstraint(["debit_id", "currency"], ["accounts.id", "accounts.currency"]),
    ForeignKeyConstraint(["credit_id", "currency"], ["accounts.id", "accounts.currency"]),
    CheckConstraint("amount_minor > 0 and debit_id <> credit_id", name="moves_something"),
)

# What settled accounts have coming and no statement has listed yet. Its rows move when goods are
# delivered, and go when a statement takes them over.
dues = Table(
    "dues",
    metadata,
    Column("booking_id", BigInteger, ForeignKey("bookings.id"), primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    moment("due_at"),
    Index("ix_dues_account_id_due_at", "account_id", "due_at"),
)

for _table in (accounts, bookings, transfers):
    only_grows(_table)

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

# Each is made once, in one statement with its lines, and then never changes. What is kept as sums
# is what its lines add up to.
statements = Table(
    "statements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    Column("opening_minor", BigInteger, nullable=False),
    Column("received_minor", BigInteger, nullable=False),
    Column("subsidies_minor", BigInteger, nullable=False),
    Column("commission_minor", BigInteger, nullable=False),
    Column("paid_out_minor", BigInteger, nullable=False),
    Column("closing_minor", BigInteger, nullable=False),
    Column("line_count", Integer, nullable=False),
    moment("made_at"),
    UniqueConstraint("account_id", "ends_at"),
    UniqueConstraint("id", "account_id"),
    CheckConstraint("starts_at < ends_at", name="a_period"),
    CheckConstraint(
        "closing_minor = opening_minor + received_minor + subsidies_minor + commission_minor"
        " + paid_out_minor",
        name="adds_up",
    ),
)

statement_lines = Table(
    "statement_lines",
    metadata,
    Column("statement_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("booking_id", BigInteger, ForeignKey("bookings.id"), nullable=False),
    moment("due_at"),
    Column("received_minor", BigInteger, nullable=False),
    Column("subsidies_minor", BigInteger, nullable=False),
    Column("commission_minor", BigInteger, nullable=False),
    Column("paid_out_minor", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["statement_id", "account_id"], ["statements.id", "statements.account_id"]
    ),
    # Nothing stands on two statements.
    UniqueConstraint("booking_id", "account_id"),
    CheckConstraint(
        "amount_minor = received_minor + subsidies_minor + commission_minor + paid_out_minor",
        name="adds_up",
    ),
)

payout_runs = Table(
    "payout_runs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("made_by", Uuid),
    moment("made_at"),
    moment("sent_at", nullable=True),
)

payouts = Table(
    "payouts",
    metadata,
    # One payout per statement, whoever presses the button how often.
    Column("statement_id", Uuid, ForeignKey("statements.id"), primary_key=True),
    Column("run_id", Uuid, ForeignKey("payout_runs.id"), nullable=False, index=True),
    Column("amount_minor", BigInteger, nullable=False),
    CheckConstraint("amount_minor > 0", name="positive"),
)

for _table in (accounts, bookings, transfers, statements, statement_lines, payouts):
    only_grows(_table)

"""How orders and payments are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from livehouse.storage.schema import metadata, moment, only_grows

# What was sold in one go and at what price: one row for all orders that are alike. The id is made
# from the content, so a row never changes.
deals = Table(
    "deals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("takes", JSONB, nullable=False),
    Column("shares", JSONB, nullable=False),
    CheckConstraint("total_minor >= 0", name="total_not_negative"),
)

deal_items = Table(
    "deal_items",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deals.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("offer_id", Uuid, ForeignKey("offers.id"), nullable=False, index=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False, index=True),
    Column("quantity", Integer, nullable=False),
    Column("goods_minor", BigInteger, nullable=False),
    Column("pays_minor", BigInteger, nullable=False),
    CheckConstraint("quantity > 0 and goods_minor >= 0 and pays_minor >= 0", name="not_negative"),
)

# No foreign keys here: each would be one more look-up per order in the till's hot path, and the
# till writes the deal in the same transaction or has seen it. Deals are never deleted.
orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, nullable=False),
    Column("store_id", Uuid, nullable=False),
    Column("buyer_id", Uuid, nullable=False),
    Column("address_id", Uuid),
    Column("state", Text, nullable=False),
    moment("placed_at"),
    moment("hold_until"),
    Column("changed_at", DateTime(timezone=True)),
    CheckConstraint(
        "state in ('placed', 'paid', 'shipped', 'delivered', 'closed', 'refunded', 'cancelled',"
        " 'expired')",
        name="known_state",
    ),
    # The ids are UUIDv7, so within a buyer or a store the newest are together at the end.
    Index("ix_orders_buyer_id_id", "buyer_id", "id"),
    Index("ix_orders_store_id_id", "store_id", "id"),
    # Orders are written in the order of time, so ranges of pages are found without a tree.
    Index("ix_orders_placed_at", "placed_at", postgresql_using="brin"),
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
    # The provider's own name for it, where it needs one to find it again.
    Column("ref", Text, nullable=False, server_default=""),
    moment("started_at"),
    moment("settled_at", nullable=True),
    moment("look_at"),
    CheckConstraint(
        "state in ('started', 'succeeded', 'refused', 'timed_out', 'refunded')", name="known_state"
    ),
    # An order is paid once, however often its notice comes.
    Index("uq_payments_succeeded", "order_id", unique=True,
          postgresql_where=text("state = 'succeeded'")),
    # Which payments to ask about: few, since most are settled within minutes.
    Index("ix_payments_look_at", "look_at",
          postgresql_where=text("state in ('started', 'refused')")),
)  # fmt: skip

refunds = Table(
    "refunds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id"), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    # How often the provider said no for good; part of the idempotency key.
    Column("round", Integer, nullable=False),
    Column("ref", Text, nullable=False),
    Column("problem", Text, nullable=False),
    moment("requested_at"),
    moment("try_at"),
    moment("settled_at", nullable=True),
    CheckConstraint("state in ('wanted', 'pending', 'succeeded', 'failed')", name="known_state"),
    CheckConstraint("amount_minor > 0", name="positive"),
    # One refund per reason, whoever asks how often.
    UniqueConstraint("payment_id", "reason", name="uq_refunds_payment_id_reason"),
    Index("ix_refunds_try_at", "try_at", postgresql_where=text("state in ('wanted', 'pending')")),
    Index("ix_refunds_failed", "requested_at", postgresql_where=text("state = 'failed'")),
)

# What of an order went back, in the order in which it was decided; from these rows what each
# refund booked can be reckoned again.
given_back = Table(
    "given_back",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("what", JSONB, nullable=False),
    moment("at"),
    UniqueConstraint("order_id", "key"),
    CheckConstraint("total_minor >= 0", name="not_negative"),
)
only_grows(given_back)

# What a real provider would keep in its own house.
sandbox_charges = Table(
    "sandbox_charges",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("refunds_fail", Boolean, nullable=False),
    Column("refunds", JSONB, nullable=False),
)

# What somebody means to buy.
basket_items = Table(
    "basket_items",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("offer_id", Uuid, primary_key=True),
    Column("store_id", Uuid, nullable=False),
    Column("quantity", Integer, nullable=False),
    moment("added_at"),
    CheckConstraint("quantity > 0", name="something"),
)

# The id that the next order of a person's basket in a store will have.
baskets = Table(
    "baskets",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("store_id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False, unique=True),
)

# How far each store's numbers have come. Whoever takes one holds the row, so none is left out.
invoice_series = Table(
    "invoice_series",
    metadata,
    Column("store_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

invoices = Table(
    "invoices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False, index=True),
    Column("corrects", Uuid, ForeignKey("invoices.id")),
    # Names a row of people, which can go without touching this one.
    Column("recipient_id", Uuid),
    Column("document", JSONB, nullable=False),
    moment("issued_at"),
    UniqueConstraint("store_id", "kind", "number"),
    CheckConstraint("kind in ('invoice', 'credit_note')", name="known_kind"),
    CheckConstraint("(kind = 'credit_note') = (corrects is not null)", name="credit_corrects"),
    # An order is invoiced once.
    Index("uq_invoices_of_order", "order_id", unique=True,
          postgresql_where=text("kind = 'invoice'")),
)  # fmt: skip
only_grows(invoices)

# Who waits for an offer that is sold out. The number is the order of the line: nobody has to lock
# anything to get one.
waiting = Table(
    "waiting",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("offer_id", Uuid, ForeignKey("offers.id"), nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False),
    Column("address_id", Uuid),
    Column("country", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    moment("joined_at"),
    Column("order_id", Uuid, unique=True),
    # Whether a letter about what is held for them was left to be sent.
    Column("told", Boolean, nullable=False, server_default="false"),
    CheckConstraint("state in ('waiting', 'held', 'left', 'passed')", name="known_state"),
    CheckConstraint("(state = 'held') = (order_id is not null)", name="held_by_an_order"),
    # One place for each person, and each line in its order.
    Index("uq_waiting_place", "offer_id", "person_id", unique=True,
          postgresql_where=text("state = 'waiting'")),
    Index("ix_waiting_line", "offer_id", "number", postgresql_where=text("state = 'waiting'")),
    Index("ix_waiting_untold", "number", postgresql_where=text("state = 'held' and not told")),
    Index("ix_waiting_person_id", "person_id", "number"),
)  # fmt: skip

openings = Table(
    "openings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("offer_id", Uuid, ForeignKey("offers.id"), nullable=False, index=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("commitment", Text, nullable=False),
    Column("sealed_seed", LargeBinary, nullable=False),
    Column("window_ms", Integer, nullable=False),
    Column("grace_ms", Integer, nullable=False),
    Column("limit_per_buyer", Integer, nullable=False),
    moment("promised_at"),
    moment("call_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("listed_at", nullable=True),
    moment("revealed_at", nullable=True),
    moment("ended_at", nullable=True),
    Column("entrants", Integer, nullable=False, server_default="0"),
    Column("root", Text, nullable=False, server_default=""),
    Column("seed", Text, nullable=False, server_default=""),
    CheckConstraint(
        "stage in ('promised', 'called', 'listed', 'revealed', 'done', 'void')", name="known_stage"
    ),
    # The seed is out when the list stands, and not before.
    CheckConstraint("seed = '' or root <> ''", name="seed_after_root"),
    Index("uq_openings_going_on", "offer_id", unique=True,
          postgresql_where=text("stage not in ('done', 'void')")),
)  # fmt: skip

entrants = Table(
    "entrants",
    metadata,
    Column("opening_id", Uuid, ForeignKey("openings.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("order_id", Uuid, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("address_id", Uuid),
    moment("entered_at"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("outcome", Text, nullable=False, server_default=""),
    CheckConstraint("quantity > 0 and position >= 0", name="not_negative"),
    UniqueConstraint("opening_id", "nonce", name="uq_entrants_nonce"),
    Index("ix_entrants_places", "opening_id", "position", postgresql_where=text("outcome = ''")),
)

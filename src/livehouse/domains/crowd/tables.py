"""How questions, quizzes, red packets and points are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from livehouse.storage.schema import frozen, metadata, moment, only_grows

# Every point that was ever given, and why: a person gets something of one source once.
point_entries = Table(
    "point_entries",
    metadata,
    Column("source_kind", Text, primary_key=True),
    Column("source_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    Column("points", BigInteger, nullable=False),
    moment("at"),
    CheckConstraint("points <> 0", name="some"),
)
only_grows(point_entries)

# The sums of the entries: what somebody has at a store.
point_balances = Table(
    "point_balances",
    metadata,
    Column("store_id", Uuid, ForeignKey("stores.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("points", BigInteger, nullable=False),
    CheckConstraint("points >= 0", name="not_negative"),
    postgresql_with={"fillfactor": 80},
)

# What points buy: a coupon of the store's, each person one.
point_trades = Table(
    "point_trades",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False, index=True),
    Column("coupon_id", Uuid, ForeignKey("coupons.id"), nullable=False),
    Column("quota_id", Uuid, ForeignKey("quotas.id"), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("points", Integer, nullable=False),
    moment("ends_at"),
    moment("made_at"),
    CheckConstraint("points > 0", name="costs_something"),
)
frozen(point_trades, "price", ("store_id", "coupon_id", "quota_id", "label", "points"))

# Whether the host takes questions in a run; no row: not yet.
question_queues = Table(
    "question_queues",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("is_open", Boolean, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("shown_as", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("raised", Integer, nullable=False, server_default="0"),
    moment("asked_at"),
    CheckConstraint("state in ('waiting', 'on_stage', 'answered', 'dismissed')",
                    name="known_state"),
    Index("ix_questions_waiting", "run_id", postgresql_where=text("state = 'waiting'")),
    Index("uq_questions_on_stage", "run_id", unique=True,
          postgresql_where=text("state = 'on_stage'")),
)  # fmt: skip

question_raises = Table(
    "question_raises",
    metadata,
    Column("question_id", Uuid, ForeignKey("questions.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("choices", ARRAY(Text), nullable=False),
    Column("right", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("coupon_id", Uuid, ForeignKey("coupons.id")),
    Column("winners_max", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("run_id", Uuid, ForeignKey("runs.id")),
    moment("opens_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("closed_at", nullable=True),
    Column("answers", Integer, nullable=False, server_default="0"),
    Column("won", Integer, nullable=False, server_default="0"),
    CheckConstraint("won <= winners_max and won <= answers", name="within_the_cap"),
    CheckConstraint("(opens_at is null) = (run_id is null)", name="opens_in_a_run"),
    # One question at a time in a room.
    Index("uq_quizzes_open", "run_id", unique=True,
          postgresql_where=text("run_id is not null and closed_at is null")),
)  # fmt: skip
frozen(
    quizzes,
    "question",
    ("text", "choices", "right", "seconds", "points", "coupon_id", "winners_max", "salt", "run_id",
     "opens_at", "closes_at"),
    where="old.opens_at is not null",
)  # fmt: skip

# Sealed: the first answer of a person is their answer.
quiz_answers = Table(
    "quiz_answers",
    metadata,
    Column("quiz_id", Uuid, ForeignKey("quizzes.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("choice", Integer, nullable=False),
    Column("won", Boolean, nullable=False, server_default="false"),
)
frozen(quiz_answers, "answer", ("choice",))

packet_drops = Table(
    "packet_drops",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("coupon_id", Uuid, ForeignKey("coupons.id")),
    Column("quota_id", Uuid, ForeignKey("quotas.id"), nullable=False, unique=True),
    Column("seed", LargeBinary, nullable=False),
    moment("opens_at"),
    moment("closes_at"),
    moment("ended_at", nullable=True),
    Column("taken", Integer, nullable=False, server_default="0"),
    CheckConstraint("kind in ('points', 'coupon')", name="known_kind"),
    CheckConstraint("taken <= count", name="within_the_count"),
    Index("uq_packet_drops_falling", "run_id", unique=True,
          postgresql_where=text("ended_at is null")),
    postgresql_with={"fillfactor": 50},
)  # fmt: skip
frozen(
    packet_drops,
    "pot",
    ("run_id", "store_id", "kind", "count", "total", "coupon_id", "quota_id", "seed", "opens_at",
     "closes_at"),
)  # fmt: skip

# Who has which packet: the receipt.
packets = Table(
    "packets",
    metadata,
    Column("drop_id", Uuid, ForeignKey("packet_drops.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("number", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    moment("taken_at"),
    CheckConstraint("amount > 0", name="something_in_it"),
    UniqueConstraint("drop_id", "number", name="uq_packets_number"),
)
frozen(packets, "receipt", ("number", "amount"))

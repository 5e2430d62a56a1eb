"""How followers of stores are stored, their sums, and letters to them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from livehouse.storage.schema import metadata, moment

follows = Table(
    "follows",
    metadata,
    Column("store_id", Uuid, ForeignKey("stores.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    # The show that they were gathered in.
    Column("show_id", Uuid),
    moment("since"),
    # Who has stopped is known for a month, so that a loop of presses counts once.
    moment("left_at", nullable=True),
    Column("left_on", Date),
    CheckConstraint("(left_at is null) = (left_on is null)", name="left_on_a_day"),
    Index("ix_follows_person_id", "person_id"),
    Index("ix_follows_left_at", "left_at", postgresql_where=text("left_at is not null")),
)

# Sums by the store's own days, and by the show that people were gathered in; of zeros: in none.
follow_days = Table(
    "follow_days",
    metadata,
    Column("store_id", Uuid, ForeignKey("stores.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("show_id", Uuid, primary_key=True),
    Column("gained", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    CheckConstraint("gained >= 0 and lost >= 0", name="not_negative"),
    postgresql_with={"fillfactor": 50},
)

# How many follow a store now: what is gained less what is lost of all its days.
follow_counts = Table(
    "follow_counts",
    metadata,
    Column("store_id", Uuid, ForeignKey("stores.id"), primary_key=True),
    Column("followers", BigInteger, nullable=False),
    CheckConstraint("followers >= 0", name="not_negative"),
    postgresql_with={"fillfactor": 50},
)

# What followers are to be told. `told_to` is how far letters have been written, by their ids.
follow_news = Table(
    "follow_news",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("show_id", Uuid, ForeignKey("shows.id")),
    Column("state", Text, nullable=False, server_default="waiting"),
    moment("made_at"),
    moment("due_at"),
    Column("told_to", Uuid),
    CheckConstraint("kind in ('planned', 'begun')", name="known_kind"),
    CheckConstraint("state in ('waiting', 'telling', 'told')", name="known_state"),
    CheckConstraint("(kind = 'begun') = (show_id is not null)", name="a_show_begins"),
    # One letter tells of all that is planned until it is given out; a show begins once.
    Index(
        "uq_follow_news_store_id", "store_id", unique=True,
        postgresql_where=text("kind = 'planned' and state = 'waiting'"),
    ),
    Index("uq_follow_news_show_id", "show_id", unique=True),
    Index("ix_follow_news_due_at", "due_at", postgresql_where=text("state <> 'told'")),
    Index("ix_follow_news_store_id_kind", "store_id", "kind", "due_at"),
)  # fmt: skip

follower_letters = Table(
    "follower_letters",
    metadata,
    Column("news_id", Uuid, ForeignKey("follow_news.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("kind", Text, nullable=False),
    moment("try_after"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index("ix_follower_letters_try_after", "kind", "try_after"),
)

"""How films are stored; the files lie in the data folder."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from livehouse.storage.schema import metadata, moment

films = Table(
    "films",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("run_id", Uuid, ForeignKey("runs.id")),
    Column("received", BigInteger, nullable=False, server_default="0"),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("ms", BigInteger, nullable=False, server_default="0"),
    moment("created_at"),
    moment("changed_at"),
    # Until then somebody checks it.
    moment("claimed_until", nullable=True),
    CheckConstraint(
        "state in ('coming', 'making', 'checking', 'ready', 'refused')", name="known_state"
    ),
    CheckConstraint("received between 0 and bytes", name="received_within"),
    # A recording becomes a film once.
    Index("uq_films_run_id", "run_id", unique=True, postgresql_where=text("run_id is not null")),
    Index("ix_films_open", "created_at", postgresql_where=text("state <> 'ready'")),
)

"""The log of all rooms, and who conducts each."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import BYTEA

from livehouse.storage.schema import metadata, moment

# A day's frames are one partition, which is dropped whole once it is too old: no deletes, no
# vacuum. Partitions are made ahead by `PostgresFrameLog.keep_partitions`, not by migrations.
frames = Table(
    "frames",
    metadata,
    Column("run_id", Uuid, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("at_day", Date, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("cursor_xid", BigInteger, nullable=False),
    Column("cursor_id", BigInteger, nullable=False),
    Column("is_key", Boolean, nullable=False),
    Column("payload", BYTEA, nullable=False),
    PrimaryKeyConstraint("run_id", "n", "at_day"),
    Index("ix_frames_run_id_at_ms", "run_id", "at_ms"),
    postgresql_partition_by="RANGE (at_day)",
)

leases = Table(
    "leases",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    moment("expires_at"),
)

"""The log of all rooms, and who conducts each."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

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
    Column("retracts", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("run_id", "n", "at_day"),
    Index("ix_frames_run_id_at_ms", "run_id", "at_ms"),
    Index("ix_frames_retracts", "run_id", "n", postgresql_where=text("retracts")),
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

# How far each run is in the archive; see `foundation.frames.SealedRun`.
frame_archives = Table(
    "frame_archives",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("retracts_n", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
)

# Every segment in the archive in which something happened. `says` finds those that hold a line
# which is taken back; `purges_left` are the tries left to tell caches that it was written anew.
frame_segments = Table(
    "frame_segments",
    metadata,
    Column("run_id", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("says", ARRAY(Text), nullable=False),
    Column("purges_left", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("run_id", "number"),
    Index("ix_frame_segments_revised", "run_id", postgresql_where=text("revision > 0")),
    Index("ix_frame_segments_to_purge", "run_id", postgresql_where=text("purges_left > 0")),
)

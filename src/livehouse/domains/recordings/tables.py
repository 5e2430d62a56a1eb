"""How recordings, what is made of them, chapters and captions are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from livehouse.storage.schema import metadata, moment

recordings = Table(
    "recordings",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("pieces", JSONB, nullable=False),
    Column("problem", Text, nullable=False, server_default=""),
    moment("changed_at"),
    CheckConstraint("state in ('on', 'kept', 'unwanted', 'gone')", name="known_state"),
    Index("ix_recordings_open", "run_id", postgresql_where=text("state in ('on', 'unwanted')")),
    Index("ix_recordings_kept", "changed_at", postgresql_where=text("state = 'kept'")),
)

made_files = Table(
    "made_files",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("begins_with_key", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
    moment("created_at"),
    CheckConstraint("kind in ('whole', 'clip')", name="known_kind"),
    CheckConstraint(
        "state in ('waiting', 'working', 'done', 'failed', 'unwanted')", name="known_state"
    ),
    Index("uq_made_files_whole", "run_id", unique=True, postgresql_where=text("kind = 'whole'")),
    Index(
        "ix_made_files_open", "created_at",
        postgresql_where=text("state in ('waiting', 'working', 'unwanted')"),
    ),
)  # fmt: skip

chapter_marks = Table(
    "chapter_marks",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
)

caption_lines = Table(
    "caption_lines",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False),
    Column("language", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    CheckConstraint("until > at", name="lasts"),
    Index("ix_caption_lines_place", "run_id", "language", "at"),
)

"""How rooms, shows and runs are stored."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from livehouse.storage.schema import metadata, moment

rooms = Table(
    "rooms",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    moment("created_at"),
)

shows = Table(
    "shows",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("room_id", Uuid, ForeignKey("rooms.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    moment("starts_at"),
    moment("changed_at"),
    Column("grace_ms", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    Column("source", Text, nullable=False, server_default=""),
    Column("profile", Text, nullable=False, server_default=""),
    Column("sizes", Boolean, nullable=False, server_default=text("true")),
    Column("place", Text, nullable=False, server_default=""),
    Column("city", Text, nullable=False, server_default=""),
    Column("origin", Text, nullable=False, server_default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    CheckConstraint("(latitude is null) = (longitude is null)", name="whole_spot"),
    CheckConstraint("state in ('scheduled', 'live', 'ended', 'cancelled')", name="known_state"),
    CheckConstraint("profile in ('', 'default', 'fast')", name="known_profile"),
    CheckConstraint("grace_ms between 0 and 10000", name="grace_within_bound"),
    Index("ix_shows_state_starts_at", "state", "starts_at"),
    Index(
        "ix_shows_city", text("lower(city)"), "starts_at",
        postgresql_where=text("city <> '' and state in ('live', 'scheduled')"),
    ),
)  # fmt: skip

runs = Table(
    "runs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False),
    Column("kind", Text, nullable=False),
    moment("started_at"),
    moment("ended_at", nullable=True),
    CheckConstraint("kind in ('rehearsal', 'live')", name="known_kind"),
    Index("ix_runs_show_id_started_at", "show_id", "started_at"),
    # A show is on once at a time, whoever presses the button twice.
    Index("uq_runs_on", "show_id", unique=True, postgresql_where=text("ended_at is null")),
)

stream_keys = Table(
    "stream_keys",
    metadata,
    Column("room_id", Uuid, ForeignKey("rooms.id"), primary_key=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("second", Text, nullable=False),
    moment("made_at"),
    CheckConstraint("second in ('refuse', 'take_over')", name="known_second"),
)

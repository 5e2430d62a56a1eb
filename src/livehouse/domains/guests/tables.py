"""How guests of shows are stored: from their link to the end of the show."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from livehouse.storage.schema import metadata, moment

NO = text("false")

show_guests = Table(
    "show_guests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    moment("made_at"),
    moment("expires_at"),
    Column("name", Text, nullable=False, server_default=""),
    Column("on_stage", Boolean, nullable=False, server_default=NO),
    Column("silenced", Boolean, nullable=False, server_default=NO),
    Column("muted", Boolean, nullable=False, server_default=NO),
    Column("sending", Boolean, nullable=False, server_default=NO),
    Column("level", SmallInteger, nullable=False, server_default=text("0")),
    moment("seen_at", nullable=True),
    CheckConstraint("level between 0 and 100", name="level_within_bound"),
)

stage_settings = Table(
    "stage_settings",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("layout", Text, nullable=False),
    Column("main", Uuid, nullable=True),
    Column("names", Boolean, nullable=False, server_default=NO),
    CheckConstraint("layout in ('solo', 'corner', 'grid')", name="known_layout"),
)

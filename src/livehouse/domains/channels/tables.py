"""How channels are stored."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from livehouse.storage.schema import metadata, moment

channels = Table(
    "channels",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("room_id", Uuid, ForeignKey("rooms.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("server", Text, nullable=False),
    # The address and its key: who reads the database alone cannot show anything there.
    Column("sealed", LargeBinary, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("confirmed_by", Uuid, nullable=False),
    moment("confirmed_at"),
    Column("state", Text, nullable=False, server_default="ended"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("kbps", Integer, nullable=False, server_default="0"),
    Column("dropped", Integer, nullable=False, server_default="0"),
    Column("restarts", Integer, nullable=False, server_default="0"),
    CheckConstraint(
        "state in ('waiting', 'connecting', 'live', 'lost', 'refused', 'ended')", name="known_state"
    ),
)

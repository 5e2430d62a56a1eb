"""How chat is stored: who wrote is an id, so erasing a person needs no rewriting here."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid

from livehouse.storage.schema import metadata, moment

chat_lines = Table(
    "chat_lines",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("run_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("text", Text, nullable=False),
    moment("at"),
    moment("deleted_at", nullable=True),
    Index("ix_chat_lines_run_id_id", "run_id", "id"),
)

chat_bans = Table(
    "chat_bans",
    metadata,
    Column("room_id", Uuid, ForeignKey("rooms.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("banned_by", Uuid, nullable=False),
    moment("at"),
)

# How long everybody but the staff waits between two lines; no row: as fast as one likes.
chat_paces = Table(
    "chat_paces",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("slow_seconds", Integer, nullable=False),
)

"""How screens and their pairings are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from livehouse.storage.schema import metadata, moment

# The code is the screen's own until another one is needed; who has used it has it no more.
screens = Table(
    "screens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("code", Text, unique=True),
    moment("code_until"),
    Column("person_id", Uuid, index=True),
    moment("expires_at"),
    Column("asked", BigInteger, nullable=False),
    Column("told", BigInteger, nullable=False),
    Column("wish_show", Text),
    Column("wish_paused", Boolean),
    Column("wish_volume", Integer),
    Column("show", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("volume", Integer, nullable=False),
    Column("programme_ms", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    CheckConstraint("code is null or person_id is null", name="code_is_used_once"),
)

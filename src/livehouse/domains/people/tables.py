"""How people are stored: the only tables with names, mail addresses and postal addresses."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from livehouse.storage.schema import metadata, moment

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text),
    Column("email_key", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("language", Text, nullable=False),
    Column("time_zone", Text, nullable=False, server_default=""),
    Column("shows_purchases", Boolean, nullable=False, server_default=text("false")),
    Column("default_address_id", Uuid),
    moment("created_at"),
    moment("verified_at", nullable=True),
    moment("erased_at", nullable=True),
    CheckConstraint("(email is null) = (erased_at is not null)", name="erased_has_no_email"),
    CheckConstraint("(email is null) = (email_key is null)", name="email_has_its_key"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, index=True),
    moment("created_at"),
    moment("expires_at"),
    Index("ix_sessions_expires_at", "expires_at"),
)

password_resets = Table(
    "password_resets",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, index=True),
    moment("expires_at"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("phone", Text, nullable=False),
    moment("created_at"),
    moment("retired_at", nullable=True),
)

# Who an invoice was made out to; erasing an account leaves it, since the books must name them.
recipients = Table(
    "recipients",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("region", Text, nullable=False),
    moment("kept_at"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False),
    Column("store_id", Uuid, index=True),
    Column("role", Text, nullable=False),
    moment("created_at"),
    CheckConstraint(
        "role in ('owner', 'editor', 'host', 'moderator', 'operator')", name="known_role"
    ),
    CheckConstraint("(role = 'operator') = (store_id is null)", name="operators_have_no_store"),
    Index(
        "uq_memberships_person_id_store_id_role",
        "person_id",
        "store_id",
        "role",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    moment("created_at"),
    moment("revoked_at", nullable=True),
)

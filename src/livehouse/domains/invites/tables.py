"""How invites and the trees of who brought whom are stored."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, UniqueConstraint, Uuid, text

from livehouse.storage.schema import metadata, moment

invites = Table(
    "invites",
    metadata,
    Column("code", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False, index=True),
    moment("made_at"),
    UniqueConstraint("subject_kind", "subject_id", "person_id", name="uq_invites_own"),
)

# One row for each person in a subject's tree. Only `joined_at` ever changes, once.
invited = Table(
    "invited",
    metadata,
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("invited_by", Uuid),
    moment("placed_at"),
    moment("joined_at", nullable=True),
    CheckConstraint("invited_by <> person_id", name="by_another"),
    Index("ix_invited_by", "subject_kind", "subject_id", "invited_by", "joined_at",
          postgresql_where=text("joined_at is not null")),
)  # fmt: skip

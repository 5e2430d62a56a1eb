"""How run-sheets, the steps of a run and its cues are stored."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from livehouse.storage.schema import frozen, metadata, moment

# One row is one sheet: it is edited, copied and compared as a whole.
run_sheets = Table(
    "run_sheets",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("acts", JSONB, nullable=False),
    moment("changed_at"),
)

run_steps = Table(
    "run_steps",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("act_id", Uuid),
    Column("seconds", Integer, nullable=False),
    moment("at"),
    Column("by", Uuid),
    CheckConstraint("kind in ('begin', 'delay', 'skip', 'finish')", name="known_kind"),
    CheckConstraint("n > 0", name="counted_from_one"),
)

# A cue has a row once it is due or given in a run; the key is why it is given only once.
cues_given = Table(
    "cues_given",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id"), primary_key=True),
    Column("cue_id", Uuid, primary_key=True),
    Column("state", Text, nullable=False),
    moment("due_at", nullable=True),
    moment("given_at", nullable=True),
    Column("by", Uuid),
    Column("code", Text, nullable=False, server_default=""),
    CheckConstraint("state in ('waiting', 'given', 'dropped', 'refused')", name="known_state"),
    Index("ix_cues_given_due_at", "due_at", postgresql_where=text("state = 'waiting'")),
)

# What is kept ready until a cue begins it: its terms, as the domain above wrote them.
prepared = Table(
    "prepared",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    moment("made_at"),
    moment("held_at", nullable=True),
)
frozen(prepared, "terms", ("show_id", "kind", "title", "terms"))
frozen(prepared, "held", ("held_at",), where="old.held_at is not null")

# A show stands beside one stage at most, which is why it is the key.
companions = Table(
    "companions",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("stage_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    CheckConstraint("kind in ('deal', 'backstage', 'language')", name="known_kind"),
    CheckConstraint("show_id <> stage_id", name="not_itself"),
)

# Another store's show is asked first: until it agrees it stands beside nobody.
companion_requests = Table(
    "companion_requests",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("stage_id", Uuid, ForeignKey("shows.id"), primary_key=True, index=True),
    Column("kind", Text, nullable=False),
    moment("asked_at"),
    CheckConstraint("kind in ('deal', 'backstage', 'language')", name="known_kind"),
    CheckConstraint("show_id <> stage_id", name="not_itself"),
)

# How many people a node has in all rooms of a night, told anew every two seconds.
audiences = Table(
    "audiences",
    metadata,
    Column("stage_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("node", Text, primary_key=True),
    Column("people", Integer, nullable=False),
    moment("counted_at"),
)

# What a show calls itself, and what its host has confirmed or an operator signed off.
show_formats = Table(
    "show_formats",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    Column("format", Text, nullable=False),
    Column("confirmed", JSONB, nullable=False),
    Column("signed_by", Uuid),
    moment("signed_at", nullable=True),
    # The version of the run-sheet that was signed: another one is to be signed anew.
    Column("signed_sheet", Integer),
    moment("asked_at", nullable=True),
    Column("asked_why", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    moment("camera_seen_at", nullable=True),
    Column("camera_key_seconds", Float),
    Index("ix_show_formats_asked_at", "asked_at", postgresql_where=text("asked_at is not null")),
)

reminders = Table(
    "reminders",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id"), primary_key=True),
    # One of the show's offers, in a domain above this one; of zeros: the show itself.
    Column("offer_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("state", Text, nullable=False, server_default="waiting"),
    moment("try_after"),
    # The start that its reader knows of, while they are to be told of another one.
    moment("moved_from", nullable=True),
    Column("moves_told", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    CheckConstraint("state in ('waiting', 'sent', 'missed')", name="known_state"),
    Index("ix_reminders_person_id", "person_id"),
    Index("ix_reminders_try_after", "state", "try_after"),
)

"""How games are stored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from livehouse.storage.schema import frozen, metadata, moment, only_grows

# What the host means to play; it may change until it is started.
draw_plans = Table(
    "draw_plans",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("plan", JSONB, nullable=False),
    moment("made_at"),
)

# From the start on nobody changes a word of it: staff, operators and bugs of ours included.
draws = Table(
    "draws",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False, index=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), nullable=False, index=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    Column("plan", JSONB, nullable=False),
    Column("rehearsal", Boolean, nullable=False, server_default="false"),
    Column("started_by", Uuid),  # nobody where a cue of the run-sheet started it
    moment("started_at"),
)
only_grows(draws)

# A prize of a draw is a quota: won, claimed and given back like anything that runs out.
draw_prizes = Table(
    "draw_prizes",
    metadata,
    Column("draw_id", Uuid, ForeignKey("draws.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("quota_id", Uuid, ForeignKey("quotas.id"), nullable=False, unique=True),
    Column("stock_quota_id", Uuid, ForeignKey("quotas.id")),
)
only_grows(draw_prizes)

draw_rounds = Table(
    "draw_rounds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("draw_id", Uuid, ForeignKey("draws.id"), nullable=False, index=True),
    Column("run_id", Uuid, ForeignKey("runs.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("pot", Integer, nullable=False),
    Column("rehearsal", Boolean, nullable=False, server_default="false"),
    Column("stage", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("keyword", Text, nullable=False),
    Column("countries", ARRAY(Text), nullable=False),
    Column("task_friends", Integer, nullable=False, server_default="0"),
    Column("task_minutes", Integer, nullable=False, server_default="0"),
    Column("task_follow", Boolean, nullable=False, server_default="false"),
    Column("capacity", Integer, nullable=False),
    Column("terms", Text, nullable=False),
    Column("commitment", Text, nullable=False),
    Column("sealed_seed", LargeBinary, nullable=False),
    Column("seconds", Integer, nullable=False),
    moment("not_before", nullable=True),
    moment("opens_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("filled_at", nullable=True),
    moment("listed_at", nullable=True),
    moment("revealed_at", nullable=True),
    moment("ended_at", nullable=True),
    Column("entrants", Integer, nullable=False, server_default="0"),
    Column("root", Text, nullable=False, server_default=""),
    Column("seed", Text, nullable=False, server_default=""),
    CheckConstraint(
        "stage in ('promised', 'open', 'listed', 'revealed', 'done', 'unfilled', 'void')",
        name="known_stage",
    ),
    # The seed is out when the list stands, and not before.
    CheckConstraint("seed = '' or root <> ''", name="seed_after_root"),
    CheckConstraint("entrants <= capacity", name="within_capacity"),
    # One draw at a time in a room.
    Index("uq_draw_rounds_going_on", "run_id", unique=True,
          postgresql_where=text("stage not in ('done', 'unfilled', 'void')")),
)  # fmt: skip
frozen(
    draw_rounds,
    "terms",
    ("draw_id", "run_id", "number", "pot", "rehearsal", "kind", "keyword", "countries",
     "task_friends", "task_minutes", "task_follow", "capacity", "terms", "commitment",
     "sealed_seed", "seconds", "not_before"),
)  # fmt: skip
frozen(draw_rounds, "times", ("opens_at", "closes_at"), where="old.opens_at is not null")
frozen(draw_rounds, "list", ("entrants", "root", "filled_at"), where="old.root <> ''")
frozen(draw_rounds, "seed", ("seed",), where="old.seed <> ''")

draw_entries = Table(
    "draw_entries",
    metadata,
    Column("round_id", Uuid, ForeignKey("draw_rounds.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("name", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("invited_by", Uuid),
    Column("shown_as", Text, nullable=False, server_default=""),
    moment("joined_at"),
    CheckConstraint("invited_by <> person_id", name="not_invited_by_oneself"),
    Index("uq_draw_entries_name", "round_id", "name", unique=True),
    Index("ix_draw_entries_friends", "round_id", "invited_by",
          postgresql_where=text("invited_by is not null")),
)  # fmt: skip

# How many have joined from each place while a round is open; forgotten when it closes.
draw_places = Table(
    "draw_places",
    metadata,
    Column("round_id", Uuid, ForeignKey("draw_rounds.id"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("entrants", Integer, nullable=False),
)

draw_winners = Table(
    "draw_winners",
    metadata,
    Column("round_id", Uuid, ForeignKey("draw_rounds.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("draw_id", Uuid, ForeignKey("draws.id"), nullable=False, index=True),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("name", Text, nullable=False),
    # The number of the prize; -1 for a reserve.
    Column("prize", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("address_id", Uuid),
    Column("note", Text, nullable=False, server_default=""),
    moment("won_at"),
    moment("deadline"),
    moment("claimed_at", nullable=True),
    CheckConstraint(
        "state in ('reserve', 'won', 'claimed', 'sent', 'expired')", name="known_state"
    ),
    CheckConstraint("(state = 'reserve') = (prize < 0)", name="reserves_have_nothing"),
    Index("ix_draw_winners_due", "deadline", postgresql_where=text("state = 'won'")),
    Index("ix_draw_winners_to_send", "claimed_at", postgresql_where=text("state = 'claimed'")),
)

# Letters to winners that wait to be sent: written with the change that they tell of.
prize_letters = Table(
    "prize_letters",
    metadata,
    Column("round_id", Uuid, ForeignKey("draw_rounds.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("try_after"),
    Index("ix_prize_letters_try_after", "try_after"),
)

battles = Table(
    "battles",
    metadata,
    Column("id", Uuid, primary_key=True),
    # Where it is shown: a contest's goes from show to show, and is in none between them.
    Column("run_id", Uuid, ForeignKey("runs.id"), index=True),
    Column("show_id", Uuid, ForeignKey("shows.id"), index=True),
    Column("contest_id", Uuid, ForeignKey("contests.id")),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("contestants", ARRAY(Text), nullable=False),
    Column("friend_votes", Integer, nullable=False, server_default="0"),
    Column("fan_points", Integer, nullable=False, server_default="0"),
    # Of its own: as many uses as fans may have one, kept off those of the coupon it is like.
    Column("fan_coupon_id", Uuid, ForeignKey("coupons.id")),
    Column("fan_coupon_like", Uuid, ForeignKey("coupons.id")),
    Column("coupon_fans", Integer, nullable=False, server_default="0"),
    Column("free_votes", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rehearsal", Boolean, nullable=False, server_default="false"),
    moment("opens_at"),
    moment("closes_at"),
    # Its show was over before.
    moment("stopped_at", nullable=True),
    # Until then the staff may look at votes that are held back.
    moment("check_until", nullable=True),
    moment("ended_at", nullable=True),
    Column("first", Integer),
    # How far the rewards have come, in the order of the ballots.
    Column("rewarded_day", Date),
    Column("rewarded_person", Uuid),
    moment("rewarded_at", nullable=True),
    CheckConstraint("kind in ('battle', 'poll')", name="known_kind"),
    CheckConstraint("coupon_fans >= 0", name="fans_not_negative"),
    CheckConstraint("contest_id is not null or run_id is not null", name="held_somewhere"),
    Index(
        "ix_battles_of_contests",
        "closes_at",
        postgresql_where=text("ended_at is null and contest_id is not null"),
    ),
    Index("ix_battles_due", "closes_at", postgresql_where=text("ended_at is null")),
    Index("ix_battles_to_reward", "ended_at", postgresql_where=text("rewarded_at is null")),
)
frozen(
    battles,
    "terms",
    ("contest_id", "store_id", "title", "contestants", "free_votes", "friend_votes", "fan_points",
     "fan_coupon_id", "fan_coupon_like", "coupon_fans", "zone", "rehearsal", "opens_at",
     "closes_at"),
)  # fmt: skip
frozen(battles, "place", ("run_id", "show_id"), where="old.contest_id is null")
frozen(battles, "result", ("ended_at", "first"), where="old.ended_at is not null")

# A star battle over several days: its rounds are battles, each in the show that is on then.
contests = Table(
    "contests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store_id", Uuid, ForeignKey("stores.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("contestants", ARRAY(Text), nullable=False),
    Column("free_votes", Integer, nullable=False),
    Column("friend_votes", Integer, nullable=False),
    Column("fan_points", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    moment("made_at"),
)
only_grows(contests)

contest_rounds = Table(
    "contest_rounds",
    metadata,
    Column("contest_id", Uuid, ForeignKey("contests.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    moment("opens_at"),
    moment("closes_at"),
    # The battle that it is played as, once a show was on in its time.
    Column("battle_id", Uuid, ForeignKey("battles.id"), unique=True),
    CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    Index("ix_contest_rounds_due", "opens_at", postgresql_where=text("battle_id is null")),
)
frozen(contest_rounds, "times", ("opens_at", "closes_at"))
frozen(contest_rounds, "battle", ("battle_id",), where="old.battle_id is not null")

# What one person has given one contestant in a day. It only ever grows, so a vote that is said
# again changes nothing.
battle_votes = Table(
    "battle_votes",
    metadata,
    Column("battle_id", Uuid, ForeignKey("battles.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("contestant", Integer, primary_key=True),
    Column("votes", BigInteger, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("refused", Boolean, nullable=False, server_default="false"),
    Column("address", Text, nullable=False),
    moment("first_at"),
    CheckConstraint("votes > 0", name="some"),
    CheckConstraint("held or not refused", name="what_is_refused_does_not_count"),
    Index("ix_battle_votes_address", "battle_id", "day", "address"),
)

# What the staff has said of the votes from one address, until the battle has ended.
battle_places = Table(
    "battle_places",
    metadata,
    Column("battle_id", Uuid, ForeignKey("battles.id"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("counts", Boolean, nullable=False),
    Column("decided_by", Uuid, nullable=False),
    moment("decided_at"),
)

# The sums of what counts: of each day and contestant the ballots that are not held.
battle_totals = Table(
    "battle_totals",
    metadata,
    Column("battle_id", Uuid, ForeignKey("battles.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("contestant", Integer, primary_key=True),
    Column("votes", BigInteger, nullable=False),
    postgresql_with={"fillfactor": 50},
)

"""How quotas are stored."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Table,
    Text,
    Uuid,
    func,
)

from livehouse.storage.schema import metadata

# The check is the last guard, never the mechanism: groups are decided before they are written.
quotas = Table(
    "quotas",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("total", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False, server_default="0"),
    Column("spent", BigInteger, nullable=False, server_default="0"),
    Column("version", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("held >= 0 and spent >= 0 and held + spent <= total", name="within_total"),
    # A hot row is rewritten with every group: room on its page keeps that cheap.
    postgresql_with={"fillfactor": 50},
)

# How much of a limited quota one buyer holds or has bought.
quota_shares = Table(
    "quota_shares",
    metadata,
    Column("quota_id", Uuid, ForeignKey("quotas.id", ondelete="CASCADE"), primary_key=True),
    Column("holder_id", Uuid, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount >= 0", name="not_negative"),
    postgresql_with={"fillfactor": 80},
)

# Every change of a quota, under the version that it led to: no version is left out, and the sums
# of the movements are the quota. No foreign key: it would lock the hot row once more.
quota_movements = Table(
    "quota_movements",
    metadata,
    Column("quota_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint(
        "kind in ('total', 'hold', 'spend', 'give_back', 'take', 'take_back')",
        name="known_kind",
    ),
)

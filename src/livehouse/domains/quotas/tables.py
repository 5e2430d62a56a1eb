"""How quotas are stored."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, Uuid

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

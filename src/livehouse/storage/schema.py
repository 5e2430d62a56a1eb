"""The one set of tables; every `tables.py` adds its own to it."""

from sqlalchemy import Column, DateTime, MetaData

# Named constraints can be dropped by a migration on any machine.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """A column for an instant in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)

"""The one set of tables; every `tables.py` adds its own to it."""

from sqlalchemy import Column, Connection, DateTime, MetaData, Table, event, text

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


# What stands in a table that only grows can be neither changed nor taken away by any bug of ours.
_REFUSE = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% only grows: % is refused', tg_table_name, tg_op
    using errcode = 'restrict_violation';
end $$
"""
_GUARD = """
create trigger only_grows before update or delete or truncate on {table}
for each statement execute function refuse_change()
"""


def only_grows(table: Table) -> None:
    """Let the database itself refuse to change or delete rows of `table`, whoever asks.

    The migration that makes the table gets the same statements from `guards_of`.
    """
    metadata.info.setdefault("only_grows", set()).add(table.name)
    event.listen(table, "after_create", _guard)


_FROZEN = """
create trigger keeps_{name} before update on {table} for each row
when ({before} and ({changes})) execute function refuse_change()
"""


def frozen(table: Table, name: str, columns: tuple[str, ...], *, where: str = "true") -> None:
    """Let the database itself refuse to change these columns of a row, whoever asks.

    `where` says of which rows, in SQL about `old`.
    """
    changes = " or ".join(f"old.{one} is distinct from new.{one}" for one in columns)
    statement = _FROZEN.format(name=name, table=table.name, before=where, changes=changes)
    kept: dict[str, list[str]] = metadata.info.setdefault("frozen", {})
    if table.name not in kept:
        event.listen(table, "after_create", _guard)
    kept.setdefault(table.name, []).append(statement)


def guards_of(table_name: str) -> tuple[str, ...]:
    """The statements that guard a table which only grows, or keeps columns; none for others."""
    grows = table_name in metadata.info.get("only_grows", ())
    kept = metadata.info.get("frozen", {}).get(table_name, ())
    if not (grows or kept):
        return ()
    return _REFUSE, *((_GUARD.format(table=table_name),) if grows else ()), *kept


def _guard(table: Table, connection: Connection, **_: object) -> None:
    for statement in guards_of(table.name):
        connection.execute(text(statement))

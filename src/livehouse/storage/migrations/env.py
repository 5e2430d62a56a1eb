"""Alembic's entry: it runs on a connection that `storage.migrate` (or the generator) hands over."""

from collections.abc import Iterable

from alembic import context
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from livehouse.storage.schema import guards_of, metadata


def add_guards(
    _context: MigrationContext, _revision: object, scripts: list[ops.MigrationScript]
) -> None:
    """Autogeneration sees no triggers: a new table that only grows gets its own here."""
    for script in scripts:
        if script.upgrade_ops is not None:
            script.upgrade_ops.ops = list(_guarded(script.upgrade_ops.ops))


def _guarded(operations: Iterable[ops.MigrateOperation]) -> Iterable[ops.MigrateOperation]:
    for operation in operations:
        yield operation
        if isinstance(operation, ops.CreateTableOp):
            for statement in guards_of(operation.table_name):
                yield ops.ExecuteSQLOp(statement)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=context.config.attributes.get("include_object"),
    transaction_per_migration=True,
    process_revision_directives=add_guards,
)
with context.begin_transaction():
    context.run_migrations()

"""Alembic's entry: it runs on a connection that `storage.migrate` (or the generator) hands over."""

from alembic import context

from livehouse.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=context.config.attributes.get("include_object"),
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

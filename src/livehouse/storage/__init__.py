"""PostgreSQL and objects: transactions, the outbox, migrations, files."""

"""Alembic's entry: everything is handed over by `chassis.migrations`, nothing is configured here."""

from alembic import context

settings = context.config.attributes
context.configure(
    connection=settings["connection"],
    version_table=settings["version_table"],
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

"""How Alembic reaches the tables; it is only ever called by `Database.migrate`, with a connection."""

from alembic import context

from allocator_api.database.tables import all_tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=all_tables(), render_as_batch=True, transactional_ddl=True
)
context.run_migrations()

"""The database: SQLite in one file by default, PostgreSQL by one setting, the same tables and queries on both."""

from allocator_api.database.database import EVERYONE, Database
from allocator_api.database.tables import Table, new_id, utc_now

__all__ = ["EVERYONE", "Database", "Table", "new_id", "utc_now"]

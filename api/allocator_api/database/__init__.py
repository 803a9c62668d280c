"""The database: SQLite in one file by default, PostgreSQL by one setting, the same tables and queries on both."""

from allocator_api.database.database import Database
from allocator_api.database.tables import Table, new_id, utc_now
from allocator_api.database.tenancy import EVERYONE, Owned, OwnedOrShared

__all__ = ["EVERYONE", "Database", "Owned", "OwnedOrShared", "Table", "new_id", "utc_now"]

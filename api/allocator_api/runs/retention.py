"""How long runs are kept: what they were made from and gave is removed, that they were is not."""

from __future__ import annotations

from datetime import datetime

from allocator_api.audit_events.repository import append
from allocator_api.database import Database
from allocator_api.runs.repository import ended_before, remove_files


def remove_runs(database: Database, before: datetime, who: str) -> list[str]:
    """Remove files and posted texts of runs that ended before a moment; their rows and their events stay. Return their ids."""
    with database.writing() as session:
        rows = ended_before(session, before)
        for row in rows:
            remove_files(session, row.id)
            row.texts = {}
            append(session, who, "run removed", row.id)
        return [row.id for row in rows]

"""Whether the chain of the audit is whole."""

from __future__ import annotations

from allocator.errors import NotCertified
from allocator_api.audit_events.repository import FIRST, all_events, hash_of
from allocator_api.database import Database


def verified(database: Database) -> tuple[int, str]:
    """Return how many events there are, and the last hash; kept elsewhere, it shows later that none was cut off at the end.

    Raises:
        NotCertified: an event was changed, removed or put in between.
    """
    before, number = FIRST, 0
    with database.reading() as session:
        for event in all_events(session):
            number += 1
            if (event.number, event.before, event.hash) != (number, before, hash_of(event)):
                told = f"the chain of events breaks at number {number}: an event was changed, removed or put in between"
                raise NotCertified(f"audit: {told}; compare the database with a backup from before  [A604]")
            before = event.hash
    return number, before

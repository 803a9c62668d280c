"""The table of releases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from allocator_api.database import Table, utc_now


class Release(Table):
    """A run that is shown; `contributors` says by a keyed hash on which figures of each region it rests."""

    __tablename__ = "releases"

    run: Mapped[str] = mapped_column(String(36), primary_key=True)
    scenario: Mapped[str] = mapped_column(String(100))
    contributors: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str] = mapped_column(String(100))

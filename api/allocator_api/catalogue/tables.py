"""The table of scenarios and frameworks that callers added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from allocator_api.database import OwnedOrShared, Table, utc_now


class Added(OwnedOrShared, Table):
    """A scenario or framework as it was written; it is never changed, so that a run can be told by its id."""

    __tablename__ = "documents"

    owner: Mapped[str] = mapped_column(String(3), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str] = mapped_column(String(100))

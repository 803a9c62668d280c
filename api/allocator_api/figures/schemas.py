"""Figures as callers read them, and how endpoints take them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from pydantic import Field

from allocator_api.figures.service import rows_of
from allocator_api.figures.tables import FigureRow
from allocator_api.schemas import Told

Partner = Annotated[str | None, Query(pattern=r"^[A-Z]{3}$", description="whose figures; a partner's own if left out", examples=["NLD"])]
Revision = Annotated[int, Path(ge=1, le=1_000_000_000, description="number of the revision", examples=[1])]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="ETag of the revision that is replaced", examples=['"1"'])]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description="* for the first figures", examples=["*"])]


def body_of(example: Mapping[str, str]) -> dict[str, Any]:
    """Return how rows come, with one as an example: described here, as the framework reads one form of body only."""
    rows = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": {"type": "object"}}}}
    content = {
        "text/csv": {"schema": {"type": "string"}, "example": f"{','.join(example)}\n{','.join(example.values())}\n"},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": rows, "example": {"rows": [dict(example)]}},
    }
    return {"requestBody": {"required": True, "content": content}}


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]


class FigureSet(Told):
    """A revision of a partner's figures."""

    partner: str = Field(examples=["NLD"])
    revision: int = Field(examples=[1])
    created_at: datetime
    created_by: str

    @classmethod
    def of(cls, row: FigureRow) -> FigureSet:
        """Return the entry of a revision."""
        return cls(partner=row.owner, revision=row.revision, created_at=row.created_at, created_by=row.created_by)


class FigureRows(FigureSet):
    """A revision with its rows."""

    rows: list[dict[str, str]] = Field(description="cells by column, as they would stand in a file of own figures")

    @classmethod
    def of(cls, row: FigureRow) -> FigureRows:
        """Return a revision with its rows."""
        return cls.model_validate({**FigureSet.of(row).model_dump(), "rows": rows_of(row.content)})

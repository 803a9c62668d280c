"""``/v1/audit-events``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from allocator_api.audit_events.repository import events_of
from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.schemas import RUN_ID, Told

router = APIRouter(prefix="/v1/audit-events", tags=["audit"])


class Event(Told):
    """Who did what, and when."""

    number: int = Field(examples=[1])
    at: datetime
    who: str = Field(examples=["stockpiling agency"])
    what: str = Field(examples=["run asked"])
    subject: str = Field(description="id of what it was done to", examples=[RUN_ID])
    manifest: str | None = Field(description="SHA-256 of the manifest that a run wrote")
    before: str = Field(description="hash of the event before")
    hash: str = Field(description="hash of this event and of the one before")


@router.get("")
def list_audit_events(_: Annotated[Caller, may(Permission.READ_AUDIT)], request: Request, paging: Paged) -> Page[Event]:
    """List the events, the newest first."""
    with request.app.state.database.reading() as session:
        rows, total = events_of(session, paging.offset, paging.size)
    return paging.part([Event.model_validate(row, from_attributes=True) for row in rows], total)

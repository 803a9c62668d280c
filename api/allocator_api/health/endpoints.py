"""``/healthz`` and ``/readyz``, for whoever starts and watches the service; outside the versioned API."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from allocator.errors import InvalidInput
from allocator_api.problems import Problem

router = APIRouter(tags=["health"], include_in_schema=False)


class Health(BaseModel):
    """How it is."""

    status: str = Field(examples=["ok"])


@router.get("/healthz")
def healthz() -> Health:
    """Say that the process answers."""
    return Health(status="ok")


@router.get("/readyz")
def readyz(request: Request) -> Health:
    """Say that the database is there, with the tables of this version; 503 otherwise."""
    try:
        request.app.state.database.require_current()
    except InvalidInput:
        raise Problem(503, "The database is not there or not of this version; try again later.", headers={"Retry-After": "5"}) from None
    return Health(status="ready")

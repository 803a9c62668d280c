"""``/v1/me``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from allocator_api.identity import Caller, Permission, Role, may

router = APIRouter(prefix="/v1/me", tags=["me"])


class Me(BaseModel):
    """The caller, and what it may do."""

    id: str = Field(examples=["0b0c3f0e-6d1c-4b6e-9a37-0d8c1f6b7f52"])
    name: str = Field(examples=["stockpiling agency"])
    role: Role
    partner: str | None = Field(description="region whose figures the caller owns", examples=["NLD"])
    permissions: list[Permission]


@router.get("")
def read_me(caller: Annotated[Caller, may()]) -> Me:
    """Say who calls and what the caller may do."""
    return Me(id=caller.id, name=caller.name, role=caller.role, partner=caller.partner, permissions=sorted(caller.permissions))

"""What all levers share."""

from __future__ import annotations

from pydantic import Field

from allocator.closed import ClosedModel, Id


class Lever(ClosedModel):
    """A decision, and who may take it."""

    kind: str
    """kind of lever"""
    authority: Id = Field(description="who decides, such as minister or agency")

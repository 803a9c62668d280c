"""Scenarios and frameworks as callers write and read them."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Path
from pydantic import Field

from allocator_api.catalogue.service import Document
from allocator_api.schemas import Told, Written


def ID(alias: str) -> Any:  # noqa: N802 - stands where FastAPI's own Path would
    """Return what an id in a path must be."""
    return Path(alias=alias, pattern=r"^[a-z0-9_]{1,100}$", examples=["hormuz_closure" if alias == "scenarioId" else "nl_draft"])


class Posted(Written):
    """A file as it is written."""

    text: str = Field(max_length=500_000, description="the YAML of the file")


class Listed(Told):
    """A scenario or framework in a list."""

    id: str = Field(examples=["hormuz_closure"])
    origin: Literal["shipped", "library", "added"] = Field(
        description="shipped with the program, kept by the installation, or added by a caller"
    )

    @classmethod
    def of(cls, document: Document) -> Listed:
        """Return the entry of a document."""
        return cls.model_validate({"id": document.id, "origin": document.origin})


class Whole(Listed):
    """A scenario or framework."""

    text: str = Field(description="the YAML of the file")

    @classmethod
    def of(cls, document: Document) -> Whole:
        """Return a document with its text."""
        return cls.model_validate({"id": document.id, "origin": document.origin, "text": document.text})

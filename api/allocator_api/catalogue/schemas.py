"""Scenarios and frameworks as callers write and read them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Body, Path
from pydantic import Field

from allocator_api.catalogue.service import Document
from allocator_api.schemas import Told, Written


def ID(alias: str) -> Any:  # noqa: N802 - stands where FastAPI's own Path would
    """Return what an id in a path must be."""
    return Path(alias=alias, pattern=r"^[a-z0-9_]{1,100}$", examples=["hormuz_closure" if alias == "scenarioId" else "nl_draft"])


class Posted(Written):
    """A file as it is written."""

    text: str = Field(max_length=500_000, description="the YAML of the file")


SCENARIO = """\
scenario: half_a_year
extends: hormuz_closure
horizon: {start: 2026-03, periods: 6, period: month}
"""
FRAMEWORK = """\
framework: care_first
status: concept
owner: ministry_of_health
tiers:
  - rank: 1
    name: {en: Care, nl: Zorg}
    sectors: [health]
    rule: leximin
    over: period
    basis: {status: none, note: an example}
  - rank: 2
    name: {en: All others, nl: Alle anderen}
    sectors: [
      aerospace, agriculture_food, basic_metals, batteries, chemicals, climate_installations, construction, consumer_electronics,
      defence, electrolysers, energy_networks, exports, glass_ceramics, machine_building, naval_ships, other, packaging,
      permanent_magnets, research, semiconductors, solar, space_sensors, telecom, vehicles, wind]
    rule: leximin
    over: period
    basis: {status: none, note: an example}
reserves: {draw: {default: 2}, use: last}
"""


def _example(text: str) -> Any:
    return Body(openapi_examples={"small": {"summary": "a small file", "value": {"text": text}}})


PostedScenario = Annotated[Posted, _example(SCENARIO)]
PostedFramework = Annotated[Posted, _example(FRAMEWORK)]


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

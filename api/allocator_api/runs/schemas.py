"""Runs as callers ask for and read them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from allocator_api.runs.tables import RunRow, Status
from allocator_api.schemas import RUN_ID, Told, Written

Setting = Annotated[str, Field(max_length=500, pattern=r"^[A-Za-z0-9_.]+=[^\x00]*$", examples=["disruptions.0.months=3"])]


class Asked(Written):
    """What a run is asked for: as `allocator run` takes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"scenario": "hormuz_closure", "framework": "equal_cut", "settings": ["disruptions.0.months=3"], "language": "nl"}]
        }
    )

    scenario: str = Field(pattern=r"^[a-z0-9_]{1,100}$", description="id of a scenario", examples=["hormuz_closure"])
    framework: str | None = Field(
        None, pattern=r"^[a-z0-9_]{1,100}$", description="id of one instead of the scenario's own", examples=["equal_cut"]
    )
    settings: list[Setting] = Field([], max_length=100, description="values laid over the scenario, path=value")
    figures: Literal["none", "own", "partners"] = Field(
        "none", description="laid over the baseline: a partner its own, the crisis team those of all partners"
    )
    language: Literal["en", "nl"] = Field("en", description="language in which the report opens")


class RunFault(Told):
    """Why a run has no answer."""

    exit_code: int = Field(description="as `allocator run` would end", examples=[3])
    messages: list[str]


class Run(Told):
    """A run."""

    id: str = Field(examples=[RUN_ID])
    scenario: str = Field(examples=["hormuz_closure"])
    framework: str | None
    settings: list[str]
    figures: Literal["none", "own", "partners"]
    language: Literal["en", "nl"]
    status: Status
    stage: str = Field(description="what is being done", examples=["solve: tier 1, leximin"])
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    name: str | None = Field(description="name of the run, made from scenario and case hash", examples=["hormuz_closure-1a2b3c4d"])
    case_hash: str | None
    fault: RunFault | None

    @classmethod
    def of(cls, row: RunRow) -> Run:
        """Return the run of a row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})

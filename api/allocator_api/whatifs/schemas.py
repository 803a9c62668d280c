"""What-if questions as callers ask them and read their answers."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from allocator_api.runs.schemas import Setting
from allocator_api.schemas import RUN_ID, Told, Written


class WhatIfAsked(Written):
    """A finished run and the settings that are tried."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"run": RUN_ID, "settings": ["disruptions.0.months=3"]}]})

    run: str = Field(pattern=r"^[0-9a-f-]{36}$", examples=[RUN_ID])
    settings: list[Setting] = Field(min_length=1, max_length=100, description="values laid over the run's own, path=value")


class ChangedClaim(Told):
    """A claim that would have more or less."""

    region: str = Field(examples=["NLD"])
    sector: str = Field(examples=["health"])
    commodity: str = Field(examples=["helium"])
    unit: str = Field(examples=["t"])
    tier: int = Field(examples=[1])
    demand: float = Field(description="over the horizon, with the settings")
    shortfall: float
    coverage: float = Field(description="with the settings", examples=[0.93])
    coverage_before: float | None = Field(description="in the run; null where there was no such claim", examples=[0.81])


class WhatIfAnswer(Told):
    """What the settings change."""

    run: str = Field(description="name of the run", examples=["hormuz_closure-1a2b3c4d"])
    case_hash: str = Field(description="names the question; a run with these settings has the same")
    parts: int = Field(description="independent parts of the problem")
    touched: int = Field(description="parts that were solved again")
    rebuilt: int = Field(description="of these, parts of a form that the run does not have")
    claims: int = Field(description="claims that were compared")
    changed: list[ChangedClaim] = Field(description="claims whose coverage differs, by tier, region, sector and commodity")

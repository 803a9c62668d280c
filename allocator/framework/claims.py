"""Rules for the claims of a sector: what they are capped at or guaranteed, what they are excepted from, and who else claims their goods."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from allocator.closed import ClosedModel, CommodityId, Id, RegionId, SectorId, Share, fault
from allocator.framework.basis import Basis
from allocator.framework.dated import Dated, Day

#: crisis level from which a rule holds
FromLevel = Annotated[int, Field(ge=1, le=3)]
FROM_LEVEL = Field(default=None, description="crisis level from which it holds; left out: always")
Regime = Literal["national", "eu_priority_rated", "third_country"]


def _on_one_line(text: str) -> str:
    if not text.split():
        raise fault("13", "must not be empty; write a text")
    return " ".join(text.split())


Words = Annotated[str, AfterValidator(_on_one_line)]


def holds_at(from_level: int | None, level: int) -> bool:
    """Whether a rule holds at a crisis level."""
    return from_level is None or level >= from_level


class ClaimRule(ClosedModel):
    """A rule for a sector: for one commodity or all, in one region or all."""

    sector: SectorId = Field(description="sector")
    commodity: CommodityId | None = Field(default=None, description="commodity; left out: all")
    region: RegionId | None = Field(default=None, description="region; left out: all")
    basis: Basis = Field(description="legal ground")

    @property
    def narrowness(self) -> int:
        """How many of commodity and region it names."""
        return (self.commodity is not None) + (self.region is not None)

    @property
    def named(self) -> str:
        """Region/sector/commodity, with * for all."""
        return "/".join((self.region or "*", self.sector, self.commodity or "*"))

    def is_for(self, claim: str) -> bool:
        """Whether it is for a claim, region/sector/commodity."""
        region, sector, commodity = claim.split("/")
        return sector == self.sector and self.commodity in (None, commodity) and self.region in (None, region)

    def covers(self, claims: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Return which claims (region, sector, commodity) it is for."""
        mine = (claims["sector"] == self.sector).to_numpy(dtype=bool)
        for column, name in (("commodity", self.commodity), ("region", self.region)):
            if name is not None:
                mine = mine & (claims[column] == name).to_numpy(dtype=bool)
        return mine


class Cap(ClaimRule):
    """The largest share of a sector's demand that may be met; of several the lowest holds."""

    share: Dated = Field(description="largest share of demand that may be met, by date")
    from_level: FromLevel | None = FROM_LEVEL


class Guarantee(ClaimRule):
    """A share of a sector's demand that comes before the rest; the most specific one holds, of these the one of the highest level."""

    share: Dated = Field(description="guaranteed share of demand, by date")
    before: Literal["tiers", "own_tier"] = Field(default="tiers", description="served before all tiers, or first within its own")
    hard: bool = Field(default=False, description="true: a case in which it cannot hold is refused")
    from_level: FromLevel | None = FROM_LEVEL


class Decision(ClaimRule):
    """What somebody decided for a sector until a day, with a reason."""

    reason: Words = Field(description="why; it stands in the outputs")
    owner: Id = Field(description="who decided")
    until: Day = Field(description="first day on which it holds no more")

    def in_force_on(self, day: date) -> bool:
        """Whether it holds in a period that begins on a day."""
        return day < self.until


class Exemption(Decision):
    """A sector is exempt from caps, from restraint, or from both, until a day."""

    from_: tuple[Literal["cap", "restraint"], ...] = Field(alias="from", min_length=1, description="cap, restraint or both")


class Override(Decision):
    """A manual minimum or rank of one claim, until a day."""

    commodity: CommodityId = Field(description="commodity")
    region: RegionId = Field(description="region")
    share: Share | None = Field(default=None, description="share of demand that comes before all tiers")
    tier: Annotated[int, Field(ge=1, le=99)] | None = Field(default=None, description="rank of the claim")

    @model_validator(mode="after")
    def _is_one(self) -> Override:
        if (self.share is None) == (self.tier is None):
            given = "both are there; keep one" if self.share is not None else "write one of them"
            message = f"an override is a share, a minimum that comes before all tiers, or a tier; {given}"
            details = InitErrorDetails(type=fault("14", message), loc=("tier",), input=self.tier)
            raise ValidationError.from_exception_data("Override", [details])
        return self


class PriorityOrder(ClaimRule):
    """An order that some regime puts first; it binds nothing by itself."""

    commodity: CommodityId = Field(description="commodity")
    region: RegionId = Field(description="region in which the goods are claimed")
    id: Id = Field(description="id of the order")
    regime: Regime = Field(description="national ranking, priority-rated request of the Union, or priority order of a third country")
    monthly: float = Field(gt=0, description="quantity in a month, in the commodity's unit")
    from_: Day = Field(alias="from", description="first day on which it holds")
    until: Day = Field(description="first day on which it holds no more")

    def in_force_on(self, day: date) -> bool:
        """Whether it holds in a period that begins on a day."""
        return self.from_ <= day < self.until

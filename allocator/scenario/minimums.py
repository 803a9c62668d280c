"""What cannot run at any rate: the least at which plants can run, and how long they stand once they have stopped."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
from numpy import bool_
from numpy.typing import NDArray
from pydantic import Field, model_validator

from allocator.closed import ClosedModel, CommodityId, Example, ProcessId, RegionList, SectorId, TechnologyId, fault
from allocator.scenario.disruptions._base import among, equal


class Minimum(ClosedModel):
    """The least at which plants can run: below it they stand still, and take time to start again.

    Name plants by `technology` or `process`, or the lines of users by `sector` and `commodity`.
    """

    EXAMPLE: ClassVar[Example] = {
        "technology": "aluminium_smelting",
        "share": 0.6,
        "restart_days": 180,
        "source": "what the operator says; pots that freeze must be built anew",
    }

    technology: TechnologyId | None = Field(default=None, description="id of the technology")
    process: ProcessId | None = Field(default=None, description="id of one process")
    sector: SectorId | None = Field(default=None, description="id of the sector whose lines use the commodity; with commodity")
    commodity: CommodityId | None = Field(default=None, description="what the lines of the sector use")
    regions: RegionList = Field(default="all", description="list of regions, or all")
    share: float = Field(gt=0, le=1, description="least rate, as a share of what it runs or uses before the crisis")
    restart_days: float = Field(
        default=0.0, ge=0, le=3650, description="days that it stands still at least once it has stopped; left out: 0"
    )
    source: str = Field(min_length=1, description="where the figures come from")

    @model_validator(mode="after")
    def _plants_or_lines(self) -> Minimum:
        plants, lines = self.technology or self.process, self.sector or self.commodity
        if plants and lines:
            raise fault("14", "name a technology or process, or a sector with a commodity, not both")
        if not plants and not (self.sector and self.commodity):
            raise fault("14", "name a technology or process, or a sector with a commodity")
        return self

    @property
    def named(self) -> str:
        """Whom it is about, as it is written."""
        return " ".join(name for name in (self.process, self.technology, self.sector, self.commodity) if name)

    def of_processes(self, processes: pd.DataFrame) -> NDArray[bool_]:
        """Return which processes it is about."""
        named = equal(processes["technology"], self.technology) & equal(processes["process"], self.process)
        return named & among(processes["region"], self.regions) & (self.sector is None)

    def of_claims(self, claims: pd.DataFrame) -> NDArray[bool_]:
        """Return which claims it is about."""
        named = equal(claims["sector"], self.sector) & equal(claims["commodity"], self.commodity)
        return named & among(claims["region"], self.regions) & (self.sector is not None)

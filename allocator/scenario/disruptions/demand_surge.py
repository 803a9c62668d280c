"""A sector that needs more."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import CommodityList, Example, RegionList, SectorId, Text
from allocator.periods import Horizon
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Floats, LastingDisruption, Mask, among, equal


@DISRUPTIONS.register("demand_surge")
class DemandSurge(LastingDisruption):
    """Demand of a sector is multiplied by a factor while the surge lasts; it ends at once.

    A factor below 1 is a fall of demand.
    """

    NAMES: ClassVar[Text] = Text(en="Surge or fall of demand", nl="Stijging of daling van de vraag")
    EXAMPLE: ClassVar[Example] = {"sector": "defence", "start": "2026-03", "months": 12, "factor": 1.15, "regions": ["NLD"]}

    kind: Literal["demand_surge"] = "demand_surge"
    sector: SectorId = Field(description="id of the sector, such as defence")
    factor: float = Field(gt=0, le=100, description="demand as a multiple of the baseline's, 1.15 for 15 per cent more")
    commodities: CommodityList = Field(default="all", description="list of commodities, or all")
    regions: RegionList = Field(default="all", description="list of regions, or all")

    def supply_factor(self, horizon: Horizon, n_before: int, n_total: int) -> Floats:
        """Return 1 in every period: a surge of demand takes no supply away."""
        return LastingDisruption.demand_factor(self, horizon, n_before, n_total)

    def demand_factor(self, horizon: Horizon, n_before: int, n_total: int) -> Floats:
        """Return the factor on demand, weighted by the part of each period in which the surge is in force."""
        return 1.0 + (self.factor - 1.0) * self.severity(horizon, n_before, n_total)

    def affects_demands(self, demands: pd.DataFrame) -> Mask:
        """Return the demands of the sector, for the listed commodities in the listed regions."""
        return (
            equal(demands["sector"], self.sector) & among(demands["commodity"], self.commodities) & among(demands["region"], self.regions)
        )

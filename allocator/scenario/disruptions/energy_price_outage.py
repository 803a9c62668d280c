"""Plants that stop because energy costs too much."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import Example, RegionList, Share, TechnologyList, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, PartialDisruption, among


@DISRUPTIONS.register("energy_price_outage")
class EnergyPriceOutage(PartialDisruption):
    """Plants stop, in a share of their capacity, because energy costs more than they can earn.

    It strikes several technologies at once; what the price must be for that is for the writer of the scenario to say.
    """

    NAMES: ClassVar[Text] = Text(en="Plants stopped by energy prices", nl="Fabrieken stilgelegd door energieprijzen")
    EXAMPLE: ClassVar[Example] = {
        "technologies": ["aluminium_smelting"],
        "regions": ["DEU", "FRA"],
        "start": "2026-11",
        "months": 4,
        "share": 0.4,
        "recovery_months": 3,
    }

    kind: Literal["energy_price_outage"] = "energy_price_outage"
    technologies: TechnologyList = Field(description="list of technologies that live on cheap energy, or all")
    regions: RegionList = Field(default="all", description="list of regions where energy is dear, or all")
    share: Share = Field(description="share of capacity that stops, from 0 to 1")

    def affects_processes(self, processes: pd.DataFrame) -> Mask:
        """Return the processes of the technologies in the regions."""
        return among(processes["technology"], self.technologies) & among(processes["region"], self.regions)

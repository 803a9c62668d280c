"""Transport between regions that falls short."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from allocator.closed import CommodityList, Example, OriginId, RegionId, RegionList, Share, Text, fault
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, PartialDisruption, among, equal


@DISRUPTIONS.register("transport_capacity")
class TransportCapacity(PartialDisruption):
    """Lanes between regions can carry less: low water on a river, a strike on the railways, a lack of tank trucks.

    Name `regions`, for all lanes that begin or end in one of them, or `origin`, `destination` or both for lanes of that direction. Lanes
    from outside the scope are lowered too. Of trade before the horizon the same share is missing.
    """

    NAMES: ClassVar[Text] = Text(en="Shortage of transport", nl="Tekort aan vervoer")
    EXAMPLE: ClassVar[Example] = {
        "origin": "NLD",
        "destination": "DEU",
        "commodities": "all",
        "start": "2026-07",
        "months": 3,
        "share": 0.5,
        "recovery_months": 1,
    }

    kind: Literal["transport_capacity"] = "transport_capacity"
    regions: RegionList | None = Field(default=None, description="list of regions where lanes begin or end, or all; this or the next two")
    origin: OriginId | None = Field(default=None, description="region where the lanes begin")
    destination: RegionId | None = Field(default=None, description="region where the lanes end")
    commodities: CommodityList = Field(default="all", description="list of commodities, or all")
    share: Share = Field(description="share of capacity that is lost, from 0 to 1")

    @model_validator(mode="after")
    def _regions_or_ends(self) -> TransportCapacity:
        if (self.regions is None) == (self.origin is None and self.destination is None):
            found = "neither is there" if self.regions is None else "both are there"
            raise fault("14", f"name either regions, or origin or destination; {found}")
        return self

    def affects_lanes(self, lanes: pd.DataFrame) -> Mask:
        """Return the lanes of the listed commodities between the regions."""
        chosen = among(lanes["commodity"], self.commodities)
        if self.regions is not None:
            return chosen & (among(lanes["origin"], self.regions) | among(lanes["region"], self.regions))
        return chosen & equal(lanes["origin"], self.origin) & equal(lanes["region"], self.destination)

    def affects_lines(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the fixed lines that stand for lanes from outside the scope."""
        del routes
        return lines["outside"].to_numpy(dtype=np.bool_) & self.affects_lanes(lines)

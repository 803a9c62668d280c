"""Ordering firms to let go of their working stock."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import CommodityList, Example, RegionList, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import SupplyingLever


@LEVERS.register("inventory_direction")
class InventoryDirection(SupplyingLever):
    """Firms may be ordered to give up a share of the working stock that they otherwise keep.

    The share is set aside as a stock of its own, which is released like a reserve, down to nothing; the firms keep the rest.
    """

    NAMES: ClassVar[Text] = Text(en="Direction of commercial stocks", nl="Aanwijzing van commerciële voorraden")
    EXAMPLE: ClassVar[Example] = {"regions": ["NLD"], "commodities": ["helium_liquid"], "share": 0.3, "authority": "minister"}

    kind: Literal["inventory_direction"] = "inventory_direction"
    regions: RegionList = Field(default="all", description="list of regions, or all")
    commodities: CommodityList = Field(description="list of commodities, or all")
    share: float = Field(gt=0, le=1, description="share of the working stock that may be ordered, such as 0.30")

    @property
    def subject(self) -> str:
        """Regions and commodities, where they are named."""
        named = [*(self.regions if not isinstance(self.regions, str) else ())]
        named += [*(self.commodities if not isinstance(self.commodities, str) else ())]
        return "_".join(sorted(named))

    def set_aside(self, name: str, inventories: pd.DataFrame) -> pd.DataFrame:
        """Return what is taken from which store: region, commodity, part, and the `reserve` that holds it from then on.

        Args:
            name: of the lever.
            inventories: region, commodity, opening, minimum (working stock).
        """
        mine = inventories
        if not isinstance(self.regions, str):
            mine = mine[mine["region"].isin(self.regions)]
        if not isinstance(self.commodities, str):
            mine = mine[mine["commodity"].isin(self.commodities)]
        part = self.share * mine[["minimum", "opening"]].min(axis=1)
        aside = mine[["region", "commodity"]].assign(part=part, reserve=name + "_" + mine["region"] + "_" + mine["commodity"])
        return aside[aside["part"] > 0].reset_index(drop=True)

"""Keeping goods that would leave."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import CommodityList, Example, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever


@LEVERS.register("export_retention")
class ExportRetention(Lever):
    """A share of what regions outside the scope ask for may be kept back, against a compensation per unit; it counts as given up.

    Without it use outside the scope is a claim like any other of its tier, and what it is short of is a shortage.
    """

    NAMES: ClassVar[Text] = Text(en="Retention of exports", nl="Inhouden van uitvoer")
    EXAMPLE: ClassVar[Example] = {"commodities": ["aluminium_primary"], "share": 0.3, "cost_eur": 150, "authority": "commission"}

    kind: Literal["export_retention"] = "export_retention"
    commodities: CommodityList = Field(description="list of commodities, or all")
    share: float = Field(gt=0, le=1, description="largest share of the exports that may be kept back, such as 0.30")
    cost_eur: float = Field(default=0.0, ge=0, description="compensation in EUR per unit kept back")

    @property
    def subject(self) -> str:
        """The commodities, where they are named."""
        return "" if isinstance(self.commodities, str) else "_".join(sorted(self.commodities))

    def goods(self, exported: pd.Series) -> list[str]:
        """Return the commodities that it is about, of those that are exported."""
        named = None if isinstance(self.commodities, str) else set(self.commodities)
        return [str(good) for good in sorted(set(exported)) if named is None or good in named]

"""Buying where one does not usually buy, at a premium."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import CommodityId, Example, OriginId, RegionList, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import MAX_DAYS, BuyingLever


@LEVERS.register("emergency_purchase")
class EmergencyPurchase(BuyingLever):
    """A commodity may be bought in a country, at a premium, in a volume per month that all its buyers share.

    What is bought arrives after `lead_days`, wherever in the scope it is needed. Disruptions of what the country exports hold for it too.
    """

    NAMES: ClassVar[Text] = Text(en="Emergency purchase", nl="Noodaankoop")
    EXAMPLE: ClassVar[Example] = {
        "commodity": "aluminium_primary",
        "origin": "CAN",
        "monthly": 8000,
        "lead_days": 60,
        "premium": 0.35,
        "authority": "agency",
    }

    kind: Literal["emergency_purchase"] = "emergency_purchase"
    commodity: CommodityId = Field(description="what is bought")
    origin: OriginId = Field(description="country where it is bought, ISO 3166-1 alpha-3, such as CAN")
    regions: RegionList = Field(default="all", description="who may get it: list of regions, or all")
    monthly: float = Field(gt=0, description="most that can be bought in 30 days, in the commodity's unit")
    lead_days: float = Field(ge=0, le=MAX_DAYS, description="days from dispatch to arrival")
    premium: float = Field(ge=0, description="what it costs above the usual price, as a share of it: 0.35 is 35 per cent more")
    lot: float | None = Field(
        default=None,
        gt=0,
        description="what is bought at a time, in the commodity's unit: whole lots for each region; left out: any amount",
    )

    @property
    def subject(self) -> str:
        """The commodity and where it is bought."""
        return f"{self.commodity}_{self.origin}"

    def lines(self, name: str, places: pd.DataFrame, prices: pd.Series) -> pd.DataFrame:
        """Return a line to every region that may get it and needs it, for each part of the cost curve."""
        mine = places[places["commodity"] == self.commodity]
        if not isinstance(self.regions, str):
            mine = mine[mine["region"].isin(self.regions)]
        usual = self.premium * float(prices[self.commodity])
        parts = [
            mine.assign(
                line=name + "_" + mine["region"] + f"_{number}",
                origin=self.origin,
                monthly=self.monthly * share,
                lead_days=self.lead_days,
                premium_eur=usual + extra,
            )
            for number, (share, extra) in enumerate(self.parts(), 1)
        ]
        return pd.concat(parts, ignore_index=True)

    def monthly_limit(self) -> float:
        """Return the volume that its buyers share."""
        return self.monthly

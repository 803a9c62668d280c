"""What goods cost and bring where the baseline does not say: the price of a line, what may be sold, and what it costs to hold stock."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from allocator.closed import ClosedModel, CommodityId, CommodityList, LineId, RegionId, RegionList
from allocator.periods import Horizon, PeriodName, offset_days, period_days

Floats = NDArray[np.float64]
#: EUR per unit, each figure from the period on that it stands with.
Prices = Annotated[dict[PeriodName, Annotated[float, Field(ge=0)]], Field(min_length=1)]
SOURCE = "where the figures come from"


def in_force(prices: Prices, horizon: Horizon, count: int, before: float) -> Floats:
    """Return the price in each of `count` periods; `before` until the first one that is given."""
    begins = np.arange(count) * period_days(horizon)
    found = np.full(count, before)
    for start, price in sorted((offset_days(horizon, name), price) for name, price in prices.items()):
        found[begins >= start - 1e-6] = price
    return found


class Price(ClosedModel):
    """What a supply line costs above the baseline's price, period by period; what it usually costs until the first that is given."""

    line: LineId = Field(description="id of the supply line")
    premium_eur: Prices = Field(description="EUR per unit above the baseline, each from its period on, as {2026-03: 900, 2026-05: 1200}")
    source: str = Field(min_length=1, description=SOURCE)


class Sale(ClosedModel):
    """A buyer without a rank: what is sold counts for nothing but its price, after every claim has been served."""

    region: RegionId = Field(description="where it is sold")
    commodity: CommodityId = Field(description="what is sold")
    monthly: float = Field(gt=0, description="most that is bought in 30 days, in the commodity's unit")
    value_eur: Prices = Field(description="EUR that a unit brings, each from its period on; nothing is sold before the first")
    source: str = Field(min_length=1, description=SOURCE)


class Holding(ClosedModel):
    """What it costs firms to hold a unit from one period to the next."""

    commodities: CommodityList = Field(description="list of commodities, or all")
    regions: RegionList = Field(default="all", description="list of regions, or all")
    cost_eur: Prices = Field(description="EUR per unit held at the end of a period, each from its period on; nothing before the first")
    source: str = Field(min_length=1, description=SOURCE)

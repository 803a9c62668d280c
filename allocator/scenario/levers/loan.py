"""Borrowing from another owner's reserve, and giving it back."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from allocator.closed import CommodityId, Example, OwnerId, RegionId, Text
from allocator.periods import PeriodName
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Floats, SupplyingLever


@LEVERS.register("loan")
class Loan(SupplyingLever):
    """An owner lends a region goods from its reserves, above their floors; all that is taken is back when `return_by` begins.

    What is lent is set aside for the borrower, who releases it where it is needed and fills it up again from any goods: from the market, or
    from an own reserve, and then the loan is a swap.
    """

    NAMES: ClassVar[Text] = Text(en="Loan between owners", nl="Lening tussen eigenaren")
    EXAMPLE: ClassVar[Example] = {
        "owner": "DEU",
        "region": "NLD",
        "commodity": "helium_liquid",
        "quantity": 200,
        "return_by": "2026-08",
        "authority": "government",
    }

    kind: Literal["loan"] = "loan"
    owner: OwnerId = Field(description="who lends: owner of the reserves, as in reserves.csv, such as DEU")
    region: RegionId = Field(description="who borrows: the region where the goods are released and given back")
    commodity: CommodityId = Field(description="what is lent")
    quantity: float = Field(gt=0, description="most that is lent at a time, in the commodity's unit")
    return_by: PeriodName = Field(description="period of the horizon in which all of it is back, as 2026-08")

    @property
    def subject(self) -> str:
        """What is lent by whom to whom."""
        return f"{self.commodity}_{self.owner}_{self.region}"

    def lent(self, reserves: pd.DataFrame) -> Floats:
        """Return how much each reserve lends, in the shares in which they hold more than their floors.

        Args:
            reserves: owner, commodity, opening, floor.
        """
        mine = ((reserves["owner"] == self.owner) & (reserves["commodity"] == self.commodity)).to_numpy()
        above = np.where(mine, reserves["opening"] - reserves["floor"], 0.0).astype(np.float64)
        total = float(above.sum())
        return above * (min(self.quantity, total) / total) if total > 0.0 else above

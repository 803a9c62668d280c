"""Filling a reserve up again."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from allocator.closed import CommodityList, Example, OwnerId, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever


@LEVERS.register("refill")
class Refill(Lever):
    """The reserves of an owner may be filled up again, from goods where they stand, to what they held at the start.

    The plan fills what it will need later, and what nobody could use otherwise; no claim goes short for a reserve to be full.
    """

    NAMES: ClassVar[Text] = Text(en="Refilling of reserves", nl="Aanvullen van voorraden")
    EXAMPLE: ClassVar[Example] = {"owner": "NLD", "commodities": ["helium_liquid"], "monthly": 100, "authority": "minister"}

    kind: Literal["refill"] = "refill"
    owner: OwnerId = Field(description="owner of the reserves, as in reserves.csv, such as NLD")
    commodities: CommodityList = Field(description="list of commodities, or all")
    monthly: float = Field(gt=0, description="most that goes into each reserve in 30 days, in the commodity's unit")

    @property
    def subject(self) -> str:
        """The owner."""
        return self.owner

    def opens(self, reserves: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows of reserves.csv it lets be filled."""
        mine = (reserves["owner"] == self.owner).to_numpy(dtype=np.bool_)
        if isinstance(self.commodities, str):
            return mine
        return mine & reserves["commodity"].isin(self.commodities).to_numpy(dtype=np.bool_)

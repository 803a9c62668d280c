"""Opening a strategic reserve."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from allocator.closed import CommodityList, Example, OwnerId, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever


@LEVERS.register("reserve_release")
class ReserveRelease(Lever):
    """The reserves of an owner may be released, each from its own crisis level on and down to its floor.

    Without this lever a reserve stays closed, whatever the crisis level.
    """

    NAMES: ClassVar[Text] = Text(en="Release of reserves", nl="Vrijgave van voorraden")
    EXAMPLE: ClassVar[Example] = {"owner": "NLD", "commodities": ["helium_liquid", "aluminium_primary"], "authority": "minister"}

    kind: Literal["reserve_release"] = "reserve_release"
    owner: OwnerId = Field(description="owner of the reserves, as in reserves.csv, such as NLD")
    commodities: CommodityList = Field(description="list of commodities, or all")
    tranche: float | None = Field(
        default=None,
        gt=0,
        description="what is released at a time, in the commodity's unit: whole tranches of each reserve; left out: any amount",
    )

    @property
    def subject(self) -> str:
        """The owner."""
        return self.owner

    def opens(self, reserves: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows of reserves.csv it opens, their crisis level aside."""
        mine = (reserves["owner"] == self.owner).to_numpy(dtype=np.bool_)
        if isinstance(self.commodities, str):
            return mine
        return mine & reserves["commodity"].isin(self.commodities).to_numpy(dtype=np.bool_)

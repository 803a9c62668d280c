"""Asking or ordering sectors to use less."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from allocator.closed import Example, SectorList, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever


@LEVERS.register("demand_restraint")
class DemandRestraint(Lever):
    """The listed sectors may give up at most a share of their demand; what they give up counts as met.

    restraint.csv says what it costs them, block by block. When it is mandatory they are ordered to, block after block, from the crisis
    level on at which the framework lets restraint be mandatory; when it is voluntary they are asked, and give up the first block alone.
    """

    NAMES: ClassVar[Text] = Text(en="Demand restraint", nl="Vraagbeperking")
    EXAMPLE: ClassVar[Example] = {"sectors": ["packaging", "construction"], "share": 0.1, "authority": "minister"}

    kind: Literal["demand_restraint"] = "demand_restraint"
    sectors: SectorList = Field(description="list of sectors")
    share: float = Field(gt=0, le=1, description="largest share of demand that may be given up, such as 0.10")

    mode: Literal["mandatory", "voluntary"] = Field(
        default="mandatory", description="mandatory: an order, all blocks; voluntary: a request, the first block alone"
    )

    @property
    def subject(self) -> str:
        """The sectors, by name."""
        return "_".join(sorted(self.sectors))

    def opens(self, demands: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows of a table with a `sector` column it lets give up demand."""
        return demands["sector"].isin(self.sectors).to_numpy(dtype=np.bool_)

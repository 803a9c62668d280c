"""Buying together what none could buy alone."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import Example, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import BuyingLever


@LEVERS.register("joint_purchase")
class JointPurchase(BuyingLever):
    """Members bundle what they need of a commodity to reach the least that a seller delivers; below it nobody gets anything.

    In each period all members together order the minimum at least, or nothing. No member orders more than it uses when nothing is
    disturbed, so a minimum that is too large for one is reached by several.
    """

    NAMES: ClassVar[Text] = Text(en="Joint purchase", nl="Gezamenlijke inkoop")
    EXAMPLE: ClassVar[Example] = {
        "commodity": "gallium_metal",
        "origin": "CAN",
        "monthly": 2000,
        "lead_days": 60,
        "premium": 0.2,
        "minimum": 1500,
        "authority": "commission",
    }

    kind: Literal["joint_purchase"] = "joint_purchase"
    minimum: float = Field(gt=0, description="least that is ordered in a period by all members together, in the commodity's unit")

    def orders(self, monthly: float, places: pd.DataFrame) -> pd.Series:
        """Return the most that each member orders in 30 days: what it uses."""
        most: pd.Series = places["needed"].clip(upper=monthly)
        return most

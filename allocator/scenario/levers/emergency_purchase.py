"""Buying where one does not usually buy, at a premium."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from allocator.closed import Example, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import BuyingLever


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
    lot: float | None = Field(
        default=None,
        gt=0,
        description="what is bought at a time, in the commodity's unit: whole lots for each region; left out: any amount",
    )

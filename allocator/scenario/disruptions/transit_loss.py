"""Cargo that is lost on its way."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import ChokepointId, Example, Share, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, SuddenDisruption, passing


@DISRUPTIONS.register("transit_loss")
class TransitLoss(SuddenDisruption):
    """Goods under way through a chokepoint are lost when it begins: seized, sunk, or shut in.

    It strikes all that a line whose route passes the chokepoint has under way at that moment, on either side of it: whatever was sent in an
    earlier period, before the horizon too, and would arrive in this period or later. What is sent from this period on is not touched; a
    closure of the chokepoint is a disruption of its own.
    """

    NAMES: ClassVar[Text] = Text(en="Loss of goods under way", nl="Verlies van goederen onderweg")
    EXAMPLE: ClassVar[Example] = {"chokepoint": "strait_of_hormuz", "start": "2026-03", "share": 0.3}

    kind: Literal["transit_loss"] = "transit_loss"
    chokepoint: ChokepointId = Field(description="id of the chokepoint, such as strait_of_hormuz")
    share: Share = Field(description="share of what is under way that is lost, from 0 to 1")

    @property
    def depth(self) -> float:
        """Share of what is under way that is lost."""
        return self.share

    def affects_transit(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the lines whose route passes the chokepoint."""
        return passing(lines, routes, self.chokepoint)

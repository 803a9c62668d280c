"""A strait, canal or port that traffic cannot pass."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import ChokepointId, Share, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import LastingDisruption, Mask, Recovery, passing


@DISRUPTIONS.register("chokepoint_closure")
class ChokepointClosure(LastingDisruption):
    """Traffic through a chokepoint stops, wholly or in part, then recovers linearly.

    Every supply line whose route passes the chokepoint loses the share `closed`. Ships go round: what is stopped may be sent by a line of
    the same commodity, origin and region on a route that does not pass it, and arrives with the lead of that line.
    """

    NAMES: ClassVar[Text] = Text(en="Closure of a chokepoint", nl="Afsluiting van een doorgang")
    ships_go_round: ClassVar[bool] = True

    kind: Literal["chokepoint_closure"] = "chokepoint_closure"
    chokepoint: ChokepointId = Field(description="id of the chokepoint, such as strait_of_hormuz")
    closed: Share = Field(description="share of normal traffic that cannot pass, from 0 to 1")
    recovery_months: Recovery = Field(default=0.0, description="months of 30 days until traffic is normal again, after `months`")

    @property
    def depth(self) -> float:
        """Share of normal traffic that cannot pass."""
        return self.closed

    @property
    def fading_months(self) -> float:
        """Months over which traffic recovers."""
        return self.recovery_months

    def affects_lines(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the lines whose route passes the chokepoint."""
        return passing(lines, routes, self.chokepoint)

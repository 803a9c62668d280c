"""A strait, canal or port that traffic cannot pass."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import ChokepointId, Example, Share, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import FadingDisruption, Mask, passing


@DISRUPTIONS.register("chokepoint_closure")
class ChokepointClosure(FadingDisruption):
    """Traffic through a chokepoint stops, wholly or in part, then recovers linearly.

    Every supply line whose route passes the chokepoint loses the share `closed`. Ships go round: what is stopped may be sent by a line of
    the same commodity, origin and region on a route that does not pass it, and arrives with the lead of that line.
    """

    NAMES: ClassVar[Text] = Text(en="Closure of a chokepoint", nl="Afsluiting van een doorgang")
    EXAMPLE: ClassVar[Example] = {"chokepoint": "strait_of_hormuz", "start": "2026-03", "months": 6, "closed": 0.95, "recovery_months": 4}
    ships_go_round: ClassVar[bool] = True

    kind: Literal["chokepoint_closure"] = "chokepoint_closure"
    chokepoint: ChokepointId = Field(description="id of the chokepoint, such as strait_of_hormuz")
    closed: Share = Field(description="share of normal traffic that cannot pass, from 0 to 1")

    @property
    def depth(self) -> float:
        """Share of normal traffic that cannot pass."""
        return self.closed

    def affects_lines(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the lines whose route passes the chokepoint."""
        return passing(lines, routes, self.chokepoint)

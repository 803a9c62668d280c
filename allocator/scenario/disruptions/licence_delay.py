"""Papers that take longer."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from allocator.closed import CommodityList, Example, OriginId, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import MAX_MONTHS, Floats, LastingDisruption, exports


@DISRUPTIONS.register("licence_delay")
class LicenceDelay(LastingDisruption):
    """What a country exports waits for a licence, so that everything arrives later and nothing is refused.

    The lead of what is sent while it is in force is longer by `delay_days`; what was sent before or is sent after keeps its own, so
    nothing arrives twice or never. Where it is in force for part of a period, the lead of that period is longer by the same part of the
    delay. Goods decay while they wait.
    """

    NAMES: ClassVar[Text] = Text(en="Delay of export licences", nl="Vertraging van uitvoervergunningen")
    EXAMPLE: ClassVar[Example] = {"origin": "CHN", "commodities": ["gallium_metal"], "start": "2026-04", "months": 6, "delay_days": 45}

    kind: Literal["licence_delay"] = "licence_delay"
    origin: OriginId = Field(description="country that asks for licences, ISO 3166-1 alpha-3, such as CHN")
    commodities: CommodityList = Field(description="list of commodities, or all")
    delay_days: float = Field(gt=0, le=30 * MAX_MONTHS, description="days that a dispatch waits")

    def delays(self, lines: pd.DataFrame) -> Floats:
        """Return the delay for the lines of the listed commodities that leave the country."""
        return np.where(exports(lines, self.origin, self.commodities), self.delay_days, 0.0)

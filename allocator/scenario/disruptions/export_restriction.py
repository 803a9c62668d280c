"""A country that lets less out."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import CommodityList, Example, OriginId, Share, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, PartialDisruption, exports


@DISRUPTIONS.register("export_restriction")
class ExportRestriction(PartialDisruption):
    """A country withholds a share of what it exports, by a ban or by refusing licences.

    Every supply line of the listed commodities from that country to another one loses the share `share`.
    """

    NAMES: ClassVar[Text] = Text(en="Export restriction", nl="Uitvoerbeperking")
    EXAMPLE: ClassVar[Example] = {
        "origin": "CHN",
        "commodities": ["gallium_metal"],
        "start": "2026-12",
        "months": 9,
        "share": 0.95,
        "recovery_months": 6,
    }

    kind: Literal["export_restriction"] = "export_restriction"
    origin: OriginId = Field(description="country that withholds, ISO 3166-1 alpha-3, such as CHN")
    commodities: CommodityList = Field(description="list of commodities, or all")
    share: Share = Field(description="share of its exports that is withheld, from 0 to 1")

    def affects_lines(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the lines of the listed commodities that leave the country; what it keeps at home is no export."""
        del routes
        return exports(lines, self.origin, self.commodities)

"""A supplier that cannot deliver."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

from allocator.closed import CommodityId, Example, LineId, OriginId, Share, Text, fault
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, PartialDisruption, equal


@DISRUPTIONS.register("supplier_outage")
class SupplierOutage(PartialDisruption):
    """Deliveries from one origin, or on one supply line, fall by a share: a strike, a fire, a mine that floods.

    Name either `origin` (all its lines, or those of one `commodity`) or `line`.
    """

    NAMES: ClassVar[Text] = Text(en="Outage of a supplier", nl="Uitval van een leverancier")
    EXAMPLE: ClassVar[Example] = {"origin": "QAT", "commodity": "helium_liquid", "start": "2026-03", "months": 2, "share": 1}

    kind: Literal["supplier_outage"] = "supplier_outage"
    origin: OriginId | None = Field(default=None, description="country of origin, ISO 3166-1 alpha-3; this or `line`")
    line: LineId | None = Field(default=None, description="one supply line; this or `origin`")
    commodity: CommodityId | None = Field(default=None, description="only this commodity; left out: all")
    share: Share = Field(description="share of deliveries that is lost, from 0 to 1")

    @model_validator(mode="after")
    def _one_of_origin_and_line(self) -> SupplierOutage:
        if (self.origin is None) == (self.line is None):
            found = "neither is there" if self.origin is None else "both are there"
            raise fault("14", f"name either origin or line; {found}")
        return self

    def affects_lines(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the lines of the origin, or the one line, of the commodity if one is named."""
        del routes
        return equal(lines["origin"], self.origin) & equal(lines["line"], self.line) & equal(lines["commodity"], self.commodity)

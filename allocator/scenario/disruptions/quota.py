"""A country that lets out no more than so much a year."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from allocator.closed import CommodityList, Example, OriginId, Share, Text, fault
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Floats, LastingDisruption, exports


@DISRUPTIONS.register("quota")
class Quota(LastingDisruption):
    """A country lets out at most so much a year, spread evenly over the periods and over its supply lines.

    Say how much by `share` or by `quantity`. It is a ceiling on what leaves, not a share of it: spare capacity of a line does not come on
    top, what is not used in one period does not wait for the next, and other disruptions of the line take their share of what the quota
    leaves. Of several quotas the lowest counts.
    """

    NAMES: ClassVar[Text] = Text(en="Export quota", nl="Uitvoerquotum")
    EXAMPLE: ClassVar[Example] = {"origin": "CHN", "commodities": ["gallium_metal"], "start": "2026-03", "months": 24, "share": 0.6}

    kind: Literal["quota"] = "quota"
    origin: OriginId = Field(description="country that sets the quota, ISO 3166-1 alpha-3, such as COD")
    commodities: CommodityList = Field(description="list of commodities, or all; with `quantity` exactly one")
    share: Share | None = Field(default=None, description="share of normal yearly exports that may leave, from 0 to 1; this or `quantity`")
    quantity: float | None = Field(
        default=None,
        ge=0,
        description="quantity a year that may leave for all regions of the baseline, in the commodity's unit and on arrival, as in "
        "supply_lines.csv; this or `share`",
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Quota:
        if (self.share is None) == (self.quantity is None):
            found = "neither is there" if self.share is None else "both are there"
            raise fault("14", f"name either share or quantity; {found}")
        if self.quantity is not None and (isinstance(self.commodities, str) or len(self.commodities) > 1):
            raise fault("14", "a quantity is of one commodity; name just one, or give a share")
        return self

    def ceilings(self, lines: pd.DataFrame) -> Floats:
        """Return the share, or the quantity over all that the country sends in a year: each line keeps its part."""
        mine = exports(lines, self.origin, self.commodities)
        if self.share is not None:
            return np.where(mine, self.share, np.inf)
        usual = lines["origin_exports"].to_numpy(dtype=np.float64)
        most = np.full(len(lines), np.inf)
        np.divide(float(self.quantity or 0.0), usual, out=most, where=mine & (usual > 0))
        return most

"""Recycling more than usual."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import CommodityId, Example, Text
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import MakingLever


@LEVERS.register("recycling_ramp_up")
class RecyclingRampUp(MakingLever):
    """Plants that recycle a commodity may run more than usual, by a share that grows over `ramp_months`.

    They take the same scrap per unit; what outages leave of a plant, they leave of its extra runs.
    """

    NAMES: ClassVar[Text] = Text(en="More recycling", nl="Meer recycling")
    EXAMPLE: ClassVar[Example] = {
        "commodity": "aluminium_primary",
        "share": 0.2,
        "cost_eur": 250,
        "effect_days": 30,
        "ramp_months": 6,
        "authority": "agency",
    }

    kind: Literal["recycling_ramp_up"] = "recycling_ramp_up"
    commodity: CommodityId = Field(description="what is recycled")
    share: float = Field(gt=0, le=10, description="extra runs in shares of the usual ones, such as 0.20")
    cost_eur: float = Field(default=0.0, ge=0, description="EUR per extra unit recycled, above what recycling costs")

    @property
    def subject(self) -> str:
        """What is recycled."""
        return self.commodity

    def processes(self, name: str, makers: pd.DataFrame, flows: pd.DataFrame, needs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a process beside every recycling process of the commodity, for each part of the cost curve."""
        del needs
        outputs = flows[(flows["direction"] == "output") & (flows["commodity"] == self.commodity)]
        mine = makers[makers["kind"] == "recycling"].merge(outputs[["process", "quantity"]], on="process")
        parts = [
            mine.assign(
                beside=mine["process"],
                process=name + "_" + mine["process"] + f"_{number}",
                cost_eur=mine["cost_eur"] + (self.cost_eur + extra) * mine["quantity"],
                runs=self.share * share * mine["undisturbed"],
            )
            for number, (share, extra) in enumerate(self.parts(), 1)
        ]
        made = pd.concat(parts, ignore_index=True)
        per_run = made[["process", "beside"]].merge(flows.rename(columns={"process": "beside"}), on="beside")
        return made, per_run[["process", "commodity", "direction", "quantity"]]

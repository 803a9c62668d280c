"""Plants that get less out of what they take in."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import Example, Share, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, PlantDisruption


@DISRUPTIONS.register("yield_loss")
class YieldLoss(PlantDisruption):
    """Plants of a technology, or one process, yield less per run: poorer ore, impure input, rejects.

    They take in as much as ever. Name `technology`, `process`, or both; `region` narrows it to one region.
    """

    NAMES: ClassVar[Text] = Text(en="Loss of yield", nl="Opbrengstverlies")
    EXAMPLE: ClassVar[Example] = {"technology": "aluminium_smelting", "start": "2026-03", "months": 6, "share": 0.1, "recovery_months": 2}

    kind: Literal["yield_loss"] = "yield_loss"
    share: Share = Field(description="share of every output of a run that is lost, from 0 to 1")

    def affects_yields(self, processes: pd.DataFrame) -> Mask:
        """Return the processes of the technology, with the name, in the region."""
        return self.struck(processes)

"""Plants that get less out of what they take in."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

from allocator.closed import ProcessId, RegionId, Share, TechnologyId, Text, fault
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import LastingDisruption, Mask, Recovery, of_process


@DISRUPTIONS.register("yield_loss")
class YieldLoss(LastingDisruption):
    """Plants of a technology, or one process, yield less per run: poorer ore, impure input, rejects.

    They take in as much as ever. Name `technology`, `process`, or both; `region` narrows it to one region.
    """

    NAMES: ClassVar[Text] = Text(en="Loss of yield", nl="Opbrengstverlies")

    kind: Literal["yield_loss"] = "yield_loss"
    technology: TechnologyId | None = Field(default=None, description="id of the technology")
    process: ProcessId | None = Field(default=None, description="id of one process")
    region: RegionId | None = Field(default=None, description="only in this region; left out: everywhere")
    share: Share = Field(description="share of every output of a run that is lost, from 0 to 1")
    recovery_months: Recovery = Field(default=0.0, description="months of 30 days until the yield is normal again, after `months`")

    @model_validator(mode="after")
    def _technology_or_process(self) -> YieldLoss:
        if self.technology is None and self.process is None:
            raise fault("14", "name technology, process or both; neither is there")
        return self

    @property
    def depth(self) -> float:
        """Share of output per run that is lost."""
        return self.share

    @property
    def fading_months(self) -> float:
        """Months over which the yield recovers."""
        return self.recovery_months

    def affects_yields(self, processes: pd.DataFrame) -> Mask:
        """Return the processes of the technology, with the name, in the region."""
        return of_process(processes, self.technology, self.process, self.region)

"""Plants that stand still."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from allocator.closed import Example, Share, Text
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, PlantDisruption


@DISRUPTIONS.register("process_outage")
class ProcessOutage(PlantDisruption):
    """Plants of a technology, or one process, run at a lower rate: an energy shortage, an accident, cold weather.

    Name `technology`, `process`, or both; `region` narrows it to one region.
    """

    NAMES: ClassVar[Text] = Text(en="Outage of plants", nl="Uitval van fabrieken")
    EXAMPLE: ClassVar[Example] = {"technology": "aluminium_smelting", "region": "DEU", "start": "2026-11", "months": 3, "share": 0.5}

    kind: Literal["process_outage"] = "process_outage"
    share: Share = Field(description="share of capacity that is lost, from 0 to 1")

    def affects_processes(self, processes: pd.DataFrame) -> Mask:
        """Return the processes of the technology, with the name, in the region."""
        return self.struck(processes)

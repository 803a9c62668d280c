"""Stock that is destroyed."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

from allocator.closed import Example, NamedReserveId, OwnerId, Share, Text, fault
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Mask, SuddenDisruption, equal


@DISRUPTIONS.register("reserve_loss")
class ReserveLoss(SuddenDisruption):
    """Strategic reserves lose a share of what they hold when it begins: a fire, sabotage, goods that prove unfit.

    What is there at that moment shrinks by `share`, before anything is released in the period, and the floor shrinks with it. What was
    released before is safe. Before the horizon's start it strikes the opening stock. Name either `reserve` or `owner`.
    """

    NAMES: ClassVar[Text] = Text(en="Loss of a reserve", nl="Verlies van een voorraad")
    EXAMPLE: ClassVar[Example] = {"owner": "NLD", "start": "2026-06", "share": 0.5}

    kind: Literal["reserve_loss"] = "reserve_loss"
    reserve: NamedReserveId | None = Field(default=None, description="one reserve, as in reserves.csv; this or `owner`")
    owner: OwnerId | None = Field(default=None, description="all reserves of an owner, such as NLD; this or `reserve`")
    share: Share = Field(description="share of the stock that is lost, from 0 to 1")

    @model_validator(mode="after")
    def _one_of_reserve_and_owner(self) -> ReserveLoss:
        if (self.reserve is None) == (self.owner is None):
            found = "neither is there" if self.reserve is None else "both are there"
            raise fault("14", f"name either reserve or owner; {found}")
        return self

    @property
    def depth(self) -> float:
        """Share of the stock that is lost."""
        return self.share

    def affects_reserves(self, reserves: pd.DataFrame) -> Mask:
        """Return the reserve, or those of the owner."""
        return equal(reserves["reserve"], self.reserve) & equal(reserves["owner"], self.owner)

"""Using something else instead."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field, model_validator

from allocator.closed import CommodityId, Example, Text, fault
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import MakingLever


@LEVERS.register("substitution")
class Substitution(MakingLever):
    """A commodity may be replaced by a substitute, in a share of its usual use, once the substitute is qualified.

    `needed` says how much of the substitute does the work of one unit: more than 1 is a loss of yield or performance. Qualification takes
    `effect_days`.
    """

    NAMES: ClassVar[Text] = Text(en="Substitution", nl="Vervanging")
    EXAMPLE: ClassVar[Example] = {
        "commodity": "gallium_metal",
        "substitute": "germanium_metal",
        "share": 0.1,
        "needed": 1.3,
        "effect_days": 180,
        "authority": "agency",
    }

    kind: Literal["substitution"] = "substitution"
    commodity: CommodityId = Field(description="what is replaced")
    substitute: CommodityId = Field(description="what is used instead")
    share: float = Field(gt=0, le=1, description="share of each region's usual use that can be replaced, such as 0.10")
    needed: float = Field(default=1.0, gt=0, description="units of the substitute that do the work of one unit; more than 1 is a loss")
    cost_eur: float = Field(default=0.0, ge=0, description="EUR per unit replaced, besides what the substitute costs")

    @property
    def subject(self) -> str:
        """What is replaced by what."""
        return f"{self.commodity}_{self.substitute}"

    @model_validator(mode="after")
    def _by_something_else(self) -> Substitution:
        if self.commodity == self.substitute:
            raise fault("14", "a commodity cannot replace itself; name another substitute")
        return self

    def processes(self, name: str, makers: pd.DataFrame, flows: pd.DataFrame, needs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return one process for each region that uses the commodity and part of the cost curve; a run replaces one unit."""
        del makers, flows
        mine = needs[(needs["commodity"] == self.commodity) & (needs["quantity"] > 0)]
        made = pd.concat(
            [
                pd.DataFrame(
                    {
                        "process": name + "_" + mine["region"] + f"_{number}",
                        "technology": self.kind,
                        "region": mine["region"],
                        "lead_days": 0.0,
                        "cost_eur": self.cost_eur + extra,
                        "runs": self.share * share * mine["quantity"],
                    }
                )
                for number, (share, extra) in enumerate(self.parts(), 1)
            ],
            ignore_index=True,
        )
        sides = ((self.substitute, "input", self.needed), (self.commodity, "output", 1.0))
        per_run = [made[["process"]].assign(commodity=good, direction=side, quantity=quantity) for good, side, quantity in sides]
        return made, pd.concat(per_run, ignore_index=True)

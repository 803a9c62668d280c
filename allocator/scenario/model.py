"""A scenario as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Union

from pydantic import Field, PrivateAttr

from allocator.closed import ClosedModel, CommodityList, CrisisLevel, Id, RegionList, Text
from allocator.periods import Horizon
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Disruption
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever
from allocator.scenario.minimums import Minimum
from allocator.scenario.prices import Holding, Price, Sale
from allocator.yaml_file import SourceFile

if TYPE_CHECKING:
    AnyDisruption = Disruption
    AnyLever = Lever
else:  # the closed lists of kinds are found by folder
    AnyDisruption = Annotated[Union[tuple(DISRUPTIONS.values())], Field(discriminator="kind")]  # noqa: UP007 - a tuple made at run time
    AnyLever = Annotated[Union[tuple(LEVERS.values())], Field(discriminator="kind")]  # noqa: UP007 - as above


class Scope(ClosedModel):
    """Which part of the baseline is decided; the rest enters as fixed lines and an export claim."""

    regions: RegionList = Field(default="all", description="list of regions, or all")
    commodities: CommodityList = Field(default="all", description="list of commodities, or all")


class Scenario(ClosedModel):
    """A crisis: what goes wrong, when, and which decisions may be taken."""

    NOT_YET: ClassVar[Mapping[str, str]] = {"futures": "leave it out: the course of the crisis is taken as known"}

    scenario: Id = Field(description="id of the scenario")
    extends: str | None = Field(default=None, description="id or path of the scenario that this one changes")
    title: Text = Field(default_factory=Text.of_id("scenario"), description="title in English and Dutch; left out: the id")
    baseline: str = Field(min_length=1, description="id of the baseline package")
    framework: str = Field(min_length=1, description="id or path of the priority framework")
    horizon: Horizon = Field(description="the periods that are decided and reported")
    scope: Scope = Field(default=Scope(), description="regions and commodities that are decided")
    crisis_level: CrisisLevel = Field(default=0, description="level of the crisis: 0 none declared, 1 early warning, 2 alert, 3 emergency")
    disruptions: tuple[AnyDisruption, ...] = Field(default=(), description="what goes wrong")
    levers: tuple[AnyLever, ...] = Field(default=(), description="decisions that may be taken")
    minimums: tuple[Minimum, ...] = Field(default=(), description="the least at which plants can run, or stand still")
    prices: tuple[Price, ...] = Field(default=(), description="what supply lines cost above the baseline")
    sales: tuple[Sale, ...] = Field(default=(), description="what may be sold, once every claim has been served")
    holding: tuple[Holding, ...] = Field(default=(), description="what it costs firms to hold stock")
    _source: SourceFile = PrivateAttr()

    @property
    def source(self) -> SourceFile:
        """The file it was read from, with the place of every key."""
        return self._source

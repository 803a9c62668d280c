"""What all levers share: who decides, from which crisis level and period on, how soon they work, and for which ranks."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from allocator.closed import ClosedModel, CommodityId, CrisisLevel, Example, OriginId, RegionList, Text
from allocator.periods import MONTH_DAYS, Horizon, PeriodName, offset_days, period_days

Floats = NDArray[np.float64]
#: Who may decide on a lever: the closed list, wide enough for a member state, its parts and the Union.
Authority = Literal["agency", "commission", "council", "government", "minister", "parliament", "region"]
AUTHORITY_NAMES: Mapping[Authority, Text] = {
    "agency": Text(en="agency", nl="uitvoeringsdienst"),
    "commission": Text(en="European Commission", nl="Europese Commissie"),
    "council": Text(en="Council of the European Union", nl="Raad van de Europese Unie"),
    "government": Text(en="government", nl="regering"),
    "minister": Text(en="minister", nl="minister"),
    "parliament": Text(en="parliament", nl="parlement"),
    "region": Text(en="regional authority", nl="regionaal bestuur"),
}
MAX_DAYS, MAX_MONTHS = 3650.0, 120.0


class Lever(ClosedModel):
    """A decision, and who may take it."""

    #: name of the kind in English and Dutch
    NAMES: ClassVar[Text]
    #: keys of an example as its page has it, without the kind
    EXAMPLE: ClassVar[Example]

    kind: str
    """kind of lever"""
    authority: Authority = Field(description="who decides, such as minister or agency")
    from_level: CrisisLevel | None = Field(
        default=None, description="crisis level from which it may be used, besides what the framework says; left out: any"
    )
    start: PeriodName | None = Field(default=None, description="period in which it is ordered, as 2026-05; left out: the first")
    effect_days: float = Field(
        default=0.0, ge=0, le=MAX_DAYS, description="days from then until it works: negotiation, qualification, building; left out: 0"
    )
    ramp_months: float = Field(
        default=0.0, ge=0, le=MAX_MONTHS, description="months of 30 days over which it then grows evenly to its full size; left out: 0"
    )
    fixed_cost_eur: float = Field(default=0.0, ge=0, description="EUR that it costs to use it at all, however little; left out: 0")

    @property
    def subject(self) -> str:
        """What it is about, in ids joined by _; with the kind it names the lever."""
        return ""

    def delay_days(self, horizon: Horizon) -> float:
        """Return the model days from the start of the horizon until it works."""
        ordered = 0.0 if self.start is None else max(0.0, offset_days(horizon, self.start))
        return ordered + self.effect_days

    def open_shares(self, horizon: Horizon, count: int, later_days: Floats | float = 0.0) -> Floats:
        """Return the part of its full size that it has in each of `count` periods, the mean over the period; 0 after the horizon.

        Args:
            horizon: the periods that are decided.
            count: number of periods, the tail included.
            later_days: days that come on top for each of some members, shape (...).

        Returns:
            Shape (..., count).
        """
        days = period_days(horizon)
        ramp = MONTH_DAYS * self.ramp_months / days
        working = np.arange(count + 1) - (self.delay_days(horizon) + np.asarray(later_days, dtype=np.float64)[..., None]) / days
        if ramp > 0.0:
            grown = np.maximum(working, 0.0)
            working = np.diff(np.where(grown < ramp, grown**2 / (2.0 * ramp), grown - ramp / 2.0))
        else:
            working = working[..., 1:]
        return np.where(np.arange(count) < horizon.periods, np.clip(working, 0.0, 1.0), 0.0)


class CostBlock(ClosedModel):
    """A part of a lever's size that costs more than the part before it."""

    share: float = Field(gt=0, lt=1, description="share of the lever's size")
    cost_eur: float = Field(ge=0, description="EUR per unit on top of what its first part costs")


def _costs_do_not_fall(blocks: tuple[CostBlock, ...]) -> tuple[CostBlock, ...]:
    return tuple(sorted(blocks, key=lambda block: (block.cost_eur, block.share)))


class SupplyingLever(Lever):
    """A lever that brings goods; a means of the tiers down to its rank."""

    rank: int | None = Field(
        default=None, ge=1, le=99, description="lowest tier for which it may be used; the framework may narrow it; left out: any"
    )


class PricedLever(SupplyingLever):
    """A supplying lever whose cost rises with its use."""

    dearer: Annotated[tuple[CostBlock, ...], Field(min_length=1)] | None = Field(
        default=None, description="cost curve: parts of its size that cost more, each with share and cost_eur; left out: one price"
    )

    def parts(self) -> list[tuple[float, float]]:
        """Return the parts of its size, cheapest first: share of the size, and EUR per unit on top."""
        blocks = _costs_do_not_fall(self.dearer or ())
        first = 1.0 - sum(block.share for block in blocks)
        return [(share, cost) for share, cost in [(first, 0.0), *((block.share, block.cost_eur) for block in blocks)] if share > 0.0]


class BuyingLever(PricedLever):
    """A priced lever that opens supply lines from a country into the regions that may get the goods and need them."""

    commodity: CommodityId = Field(description="what is bought")
    origin: OriginId = Field(description="country where it is bought, ISO 3166-1 alpha-3, such as CAN")
    regions: RegionList = Field(default="all", description="who may get it: list of regions, or all")
    monthly: float = Field(gt=0, description="most that can be bought in 30 days, in the commodity's unit")
    lead_days: float = Field(ge=0, le=MAX_DAYS, description="days from dispatch to arrival")
    premium: float = Field(ge=0, description="what it costs above the usual price, as a share of it: 0.35 is 35 per cent more")

    @property
    def subject(self) -> str:
        """The commodity and where it is bought."""
        return f"{self.commodity}_{self.origin}"

    def orders(self, monthly: float, places: pd.DataFrame) -> pd.Series:
        """Return the most that each region of `places` orders in 30 days of a part of the cost curve that has `monthly`."""
        return pd.Series(monthly, index=places.index)

    def lines(self, name: str, places: pd.DataFrame, prices: pd.Series) -> pd.DataFrame:
        """Return a line to every region that may get it and needs it, for each part of the cost curve.

        Args:
            name: of the lever.
            places: region and commodity of what somebody needs in scope, and how much is `needed` in 30 days.
            prices: EUR per unit, by commodity.

        Returns:
            line, commodity, origin, region, monthly, lead_days, premium_eur.
        """
        mine = places[places["commodity"] == self.commodity]
        if not isinstance(self.regions, str):
            mine = mine[mine["region"].isin(self.regions)]
        usual = self.premium * float(prices[self.commodity])
        parts = [
            mine.assign(
                line=name + "_" + mine["region"] + f"_{number}",
                origin=self.origin,
                monthly=self.orders(self.monthly * share, mine),
                lead_days=self.lead_days,
                premium_eur=usual + extra,
            )
            for number, (share, extra) in enumerate(self.parts(), 1)
        ]
        return pd.concat(parts, ignore_index=True)


class MakingLever(PricedLever):
    """A priced lever that opens processes."""

    @abstractmethod
    def processes(self, name: str, makers: pd.DataFrame, flows: pd.DataFrame, needs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the processes that it opens, and what goes in and out of each run.

        Args:
            name: of the lever.
            makers: process, technology, kind, region, undisturbed (runs per period), lead_days, cost_eur of those in scope.
            flows: process, commodity, direction, quantity (per run) of those in scope.
            needs: region, commodity, quantity of what claims and processes use per period when nothing is disturbed.

        Returns:
            process, technology, region, lead_days, cost_eur, runs (per period at its full size); and process, commodity, direction,
            quantity.
        """


def lever_names(levers: Sequence[Lever]) -> list[str]:
    """Return a name for each lever, made from what it says: the same whatever the order in which they are written."""
    plain = ["_".join(part for part in (lever.kind, lever.subject) if part) for lever in levers]
    alike: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, (name, lever) in enumerate(zip(plain, levers, strict=True)):
        alike[name].append((lever.model_dump_json(), number))
    names = list(plain)
    for name, members in alike.items():
        for place, (_, number) in enumerate(sorted(members)[1:], start=2):
            names[number] = f"{name}_{place}"
    return names

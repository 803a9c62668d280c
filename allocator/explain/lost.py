"""What the crisis took away: supply lines that send less than before and would have fed a claim, the nearest first.

A closed line ranks low among limits, for a hundredth of next to nothing changes next to nothing. Yet it is why there is too little. What
ships that go round bring instead is no loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from allocator.case import Case
from allocator.explain.chain import Place
from allocator.explain.inquiry import Inquiry
from allocator.explain.limits import FloatArray, Key
from allocator.explain.model import Lost, Trial

#: A line that sends less by no more than this share has lost nothing.
NOTHING = 1e-9


def losses(case: Case) -> pd.DataFrame:
    """Return what each line cannot send, in natural units: lines that lost something (rows) by period of the horizon (columns)."""
    reported = case.periods.loc[case.periods["horizon"].astype(bool), "period"].tolist()
    limits = case.dispatches.pivot(index="line", columns="period", values="limit").reindex(columns=reported, fill_value=0.0)
    before = case.lines.set_index("line")["undisturbed"].reindex(limits.index)
    detours = case.detours.groupby(["line", "period"])["limit"].sum().unstack(fill_value=0)
    missing = -limits.add(detours.reindex(index=limits.index, columns=reported, fill_value=0.0)).sub(before, axis=0)
    missing = missing.where(missing.gt(NOTHING * before, axis=0), 0.0)
    return missing[missing.sum(axis=1) > 0.0]


class Losses:
    """What the crisis took away from claims."""

    def __init__(self, case: Case, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.table = losses(case)
        self._near: dict[tuple[Place, frozenset[Place]], Mapping[Place, int]] = {}

    def of(self, claim: int) -> tuple[Lost, ...]:
        """Return the lines that lost something and deliver where goods are scarce for a claim: the nearest first, then the largest."""
        near = self._distances(claim)
        found = [(near[place], lost) for place in near if place in self._at for lost in self._at[place]]
        return tuple(lost for _, lost in sorted(found, key=lambda one: (one[0], -one[1].quantity, one[1].line)))

    @cached_property
    def _at(self) -> Mapping[Place, list[Lost]]:
        """What was lost, by the place where it would have arrived."""
        lines, commodities = self.inquiry.instance.lines.set_index("name"), self.inquiry.instance.commodities["name"]
        found: dict[Place, list[Lost]] = {}
        own = lines.loc[self.table.index, ["region", "commodity"]].assign(quantity=self.table.sum(axis=1))
        for name, region, good, quantity in own.itertuples(name=None):
            found.setdefault((int(region), int(good)), []).append(Lost(str(name), str(commodities.iloc[good]), float(quantity)))
        return found

    def given_back(self, claim: int) -> Trial:
        """Return what it does to have all of that back; the step is the number of lines."""
        lost = self.of(claim)
        steps = dict(self._steps(lost))
        solution = self.inquiry.solved(self.inquiry.limits.shifted(steps))
        return Trial(float(len(lost)), self.inquiry.changes(solution))

    def _steps(self, lost: Sequence[Lost]) -> Iterator[tuple[Key, FloatArray]]:
        limits, nodes = self.inquiry.limits, self.inquiry.instance.nodes
        codes = {str(name): code for code, name in enumerate(self.inquiry.instance.lines["name"])}
        for one in lost:
            key: Key = ("line", (codes[one.line],))
            periods = nodes["period"].iloc[limits.nodes(key)]
            yield key, self.table.loc[one.line].reindex(periods).to_numpy(dtype=np.float64) / limits.scale(key)

    def _distances(self, claim: int) -> Mapping[Place, int]:
        """Return the places where goods are scarce for a claim, its own among them, by how many steps away."""
        start = self.inquiry.network.place_of(claim)
        scarce = frozenset(self.inquiry.scarce_places(claim) | {start})
        if (start, scarce) not in self._near:
            self._near[start, scarce] = self.inquiry.network.distances(start, scarce)
        return self._near[start, scarce]

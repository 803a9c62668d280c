"""Questions to a solved problem: which limits stop a claim, and what moving one does.

Duals nominate, solving the whole ranked problem again decides. Answers are shared: a limit that many claims meet is moved once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import count

import pandas as pd

from allocator.explain.chain import Network, Place
from allocator.explain.limits import Key, Limits
from allocator.explain.model import UNMOVED, Trial
from allocator.solve import Control, Resolver, Solution
from allocator.solve.holding import MET, Holding
from allocator.solve.parts import Partition
from allocator.solve.ranked import WORKERS
from allocator_models import Instance

#: Of a change of coverage: what comes after is noise.
DECIMALS = 8


class Inquiry:
    """A solved instance that can be asked.

    Attributes:
        coverage: over the horizon, by the code of the claim; claims without demand in it are left out.
        lowest: coverage in the worst period.
    """

    def __init__(self, instance: Instance, resolver: Resolver, control: Control | None = None) -> None:
        self.instance, self.resolver = instance, resolver
        self.control = Control() if control is None else control.silent()
        self.limits = Limits(resolver.partition, instance)
        self.network = Network(instance)
        self.coverage, self.lowest = self.coverages(resolver.solution)
        self._trials: dict[tuple[Key, float], Trial] = {}
        self._scarce: dict[int, set[Place]] = {}

    # ---- reading a solution ------------------------------------------------------------------------------------------------------
    def coverages(self, solution: Solution) -> tuple[pd.Series, pd.Series]:
        """Return coverage over the horizon and in the worst period of every claim with demand there, by code."""
        cells = self._cells
        missed = solution.values["shortfall"]["value"].to_numpy()[cells.index]
        asked = cells["demand"] * cells["probability"]
        by = cells["claim"].to_numpy()
        total = 1.0 - (missed * cells["probability"]).groupby(by).sum() / asked.groupby(by).sum()
        return total, (1.0 - missed / cells["demand"]).groupby(by).min()

    @cached_property
    def _cells(self) -> pd.DataFrame:
        cells, nodes = self.instance.cells, self.instance.nodes
        own = cells[["claim", "node", "demand"]].assign(probability=cells["node"].map(nodes["probability"]))
        return own[own["node"].map(nodes["horizon"]).astype(bool)]

    def short(self) -> list[int]:
        """Return the codes of claims that are short over the horizon."""
        return [int(code) for code in self.coverage.index[self.coverage < 1.0 - MET]]

    def guaranteed(self, claim: int) -> float:
        """Return the largest share that a claim is guaranteed in the horizon."""
        cells = self.instance.cells
        mine = (cells["claim"] == claim) & cells["node"].map(self.instance.nodes["horizon"]).astype(bool)
        return float(cells.loc[mine, "guarantee"].max())

    def lowest_of(self, name: str) -> float:
        """Return the coverage in the worst period of a claim by its name."""
        (code,) = self.instance.claims.index[self.instance.claims["name"] == name]
        return float(self.lowest[code])

    def name(self, claim: int) -> str:
        """Return region/sector/commodity of a claim."""
        return str(self.instance.claims["name"].iloc[claim])

    # ---- nominating --------------------------------------------------------------------------------------------------------------
    @cached_property
    def holdings(self) -> dict[int, list[Holding]]:
        """What stops each claim that is short, in the periods of the horizon, by its code."""
        horizon = self.instance.nodes["horizon"]
        found: dict[int, list[Holding]] = defaultdict(list)
        for holding in self.resolver.holdings:
            reported = holding.cells["node"].map(horizon).astype(bool)
            for claim in sorted(set(holding.cells.loc[reported, "claim"].tolist())):
                found[claim].append(holding)
        return found

    def nominated(self, claim: int) -> list[Key]:
        """Return the limits that stop a claim by their prices, the largest first; those on the way to it where there are no prices.

        That a claim may be no worse off than alone does not stop that claim.
        """
        worth = {key: share for key, share in self.priced(claim).items() if key != ("guard", (claim,))}
        if worth:
            return sorted(worth, key=lambda key: (-round(worth[key], 9), key))
        return list(self.network.traced(claim, self.limits, self.resolver.solution.values))

    def priced(self, claim: int) -> dict[Key, float]:
        """Return the limits that stop a claim, with what a step of each is worth by its prices, in shares of all, summed over periods."""
        worth: dict[Key, float] = defaultdict(float)
        for holding in self.holdings.get(claim, []):
            periods = int((holding.cells["claim"] == claim).sum())
            for key, share in self._priced(holding).items():
                worth[key] += periods * share
        return worth

    def _priced(self, holding: Holding) -> dict[Key, float]:
        if id(holding) not in self._worth:
            self._worth[id(holding)] = self.limits.priced(holding)
        return self._worth[id(holding)]

    @cached_property
    def _worth(self) -> dict[int, dict[Key, float]]:
        return {}

    def scarce_places(self, claim: int) -> set[Place]:
        """Return the places whose balance has a price where a claim is held."""
        if claim not in self._scarce:
            balance = self.resolver.partition.form.rows["balance"]
            rows = [row for holding in self.holdings.get(claim, []) for row in holding.rows.tolist()]
            index = balance.index[["region", "commodity"]].to_numpy()
            inside = _range(balance.slice)
            self._scarce[claim] = {
                (int(index[row - balance.start][0]), int(index[row - balance.start][1])) for row in rows if row in inside
            }
        return self._scarce[claim]

    # ---- asking ------------------------------------------------------------------------------------------------------------------
    def trial(self, key: Key, step: float) -> Trial:
        """Return what moving a limit by `step`, in scaled units of its size, does."""
        if (key, step) not in self._trials:
            solution = self.solved(self.limits.moved(key, step))
            self._trials[key, step] = Trial(step * self.limits.scale(key), self.changes(solution))
        return self._trials[key, step]

    def solved(self, partition: Partition) -> Solution:
        """Return the answer to a problem that differs from this one."""
        return self.resolver.solve(partition, self.control).solution

    def changes(self, solution: Solution) -> dict[str, float]:
        """Return by how much coverage over the horizon changed, by name, of claims that it did."""
        change = self.coverages(solution)[0] - self.coverage
        moved = zip(change.index.tolist(), change.tolist(), strict=True)
        return {self.name(code): round(value, DECIMALS) for code, value in moved if abs(value) > UNMOVED}

    def tried(self, keys: Sequence[Key], tell: Callable[[int, int], None]) -> dict[Key, tuple[Trial | None, Trial | None]]:
        """Return what a step up and down does, of each limit; `tell` hears which of how many.

        Down goes no limit that is 0, and no guard: more than a claim has alone need not be there.
        """
        done = count(1)

        def both(key: Key) -> tuple[Trial | None, Trial | None]:
            tell(next(done), len(keys))
            step, lowered = self.limits.step(key), key[0] != "guard" and self.limits.size(key) > 0.0
            return self.trial(key, step), self.trial(key, -step) if lowered else None

        with ThreadPoolExecutor(WORKERS, "explain") as pool:
            running = {key: pool.submit(both, key) for key in keys}
            try:
                return {key: future.result() for key, future in running.items()}
            except BaseException:
                self.control.cancel()
                raise


def _range(positions: slice) -> range:
    return range(positions.start, positions.stop)

"""The ranked job that all peers do, and the form of their answers.

Tier after tier the sum of shortfalls is made as small as it can be, in shares of each commodity's yardstick, then the cost; every stage
keeps what the stages before it reached. The rows are those of demand, balance, reserves and caps. Sums instead of leximin, because every
peer can be asked for a sum.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import numpy.typing as npt

from allocator_models import Instance

FloatArray = npt.NDArray[np.float64]

#: Tables of the columns that a ranked job decides, by variable.
TABLES = {
    "allocate": "cells",
    "shortfall": "cells",
    "restrain": "restraints",
    "dispatch": "dispatches",
    "run": "runs",
    "stock": "releases",
    "release": "releases",
    "inventory": "inventories",
    "transfer": "transfers",
    "surplus": "balances",
}


@dataclass(frozen=True)
class Job:
    """An instance and its objectives, one per stage."""

    instance: Instance

    @cached_property
    def stages(self) -> dict[str, dict[str, FloatArray]]:
        """Coefficients to minimise, by stage and variable, in table order."""
        at = self.instance
        probability = at.nodes["probability"].to_numpy()
        claim, node = at.cells["claim"].to_numpy(), at.cells["node"].to_numpy()
        yardstick = at.commodities["yardstick"].to_numpy()[at.claims["commodity"].to_numpy()[claim]]
        share, tier = probability[node] / yardstick, at.claims["tier"].to_numpy()[claim]
        tiers = {f"tier {rank}": {"shortfall": np.where(tier == rank, share, 0.0)} for rank in at.tiers["tier"]}
        surplus = at.commodities["surplus_cost"].to_numpy()[at.balances["commodity"].to_numpy(dtype=np.int64)]
        prices = {
            "dispatch": (at.dispatches, at.dispatches["premium"].to_numpy()),
            "run": (at.runs, at.runs["cost"].to_numpy()),
            "restrain": (at.restraints, at.restraints["cost"].to_numpy()),
            "transfer": (at.transfers, at.transfers["cost"].to_numpy()),
            "surplus": (at.balances, surplus),
        }
        cost = {name: price * probability[table["node"].to_numpy(dtype=np.int64)] for name, (table, price) in prices.items()}
        largest = max(float(np.abs(part).max(initial=0.0)) for part in cost.values()) or 1.0
        return {**tiers, "cost": {name: part / largest for name, part in cost.items()}}

    def values(self, plan: Mapping[str, FloatArray]) -> dict[str, float]:
        """Return the value of every stage's objective in a plan, given by variable in table order."""
        return {
            stage: float(sum(coefficients @ plan[name] for name, coefficients in parts.items())) for stage, parts in self.stages.items()
        }


@dataclass(frozen=True)
class Answer:
    """What a peer hands back.

    Attributes:
        values: of every stage's objective, in the plan it ends with; empty when it was asked for something else.
        columns, rows: of the model that it solved.
        says_optimal: whether the peer claims success.
    """

    values: Mapping[str, float]
    columns: int
    rows: int
    says_optimal: bool = True


class Clock:
    """Measures phases; each is written as a line of JSON when it ends, so that a peer that is stopped leaves what it did."""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase."""
        began, worked = perf_counter(), process_time()
        yield
        note = {"phase": name, "seconds": perf_counter() - began, "cpu": process_time() - worked, "peak": peak_memory()}
        print(json.dumps(note), flush=True)

    def part(self, name: str, seconds: float) -> None:
        """Report what a part of a phase took, added up over threads."""
        print(json.dumps({"part": name, "seconds": seconds}), flush=True)


def peak_memory() -> float:
    """Return the largest memory of this process so far, in GB.

    From the process status, which begins afresh with the program; `getrusage` would count the parent's memory as well.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e6
    raise OSError("/proc/self/status has no VmHWM; the benchmarks run on Linux")

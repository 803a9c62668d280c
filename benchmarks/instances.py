"""The instances: grown from the shipped baseline under one crisis, and patterns that are degenerate or badly scaled.

python -m benchmarks.instances M        # works the instance out and keeps it in runs/benchmarks
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.inputs import read_inputs
from allocator_models import Instance

ROOT = Path(__file__).parents[1]
SCENARIO = Path(__file__).parent / "scenario" / "crisis.yaml"
KEPT = ROOT / "runs" / "benchmarks"
FEW = "scope.commodities=[gallium_metal, helium_liquid, combat_aircraft]"


@dataclass(frozen=True)
class Size:
    """How an instance is made: settings laid over the crisis, and what is done to its tables.

    Attributes:
        about: what it is, in words.
        settings: `path=value`, as on the command line.
        grow: makes the tables larger or nastier.
    """

    about: str
    settings: tuple[str, ...]
    grow: Callable[[Instance], Instance] = lambda instance: instance


def split_in_firms(instance: Instance, firms: int, spread: float) -> Instance:
    """Return the instance with every claim split among firms whose sizes follow a lognormal with deviation `spread`."""
    draw = np.random.default_rng(20260301)
    claims = len(instance.claims)
    sizes = draw.lognormal(0.0, spread, (claims, firms))
    share = (sizes / sizes.sum(axis=1, keepdims=True)).ravel()

    def split(table: pd.DataFrame, figures: list[str], index: list[str]) -> pd.DataFrame:
        repeated = table.loc[table.index.repeat(firms)].reset_index(drop=True)
        claim = repeated["claim"].to_numpy(dtype=np.int64) * firms + np.tile(np.arange(firms), len(table))
        for figure in figures:
            repeated[figure] *= share[claim]
        return repeated.assign(claim=claim).sort_values(index, ignore_index=True)

    members = split(instance.claims, [], ["claim"])
    members["name"] = members["name"] + "/" + (members["claim"] % firms).map("{:03d}".format)
    return replace(
        instance,
        claims=members,
        cells=split(instance.cells, ["demand"], ["claim", "node"]),
        restraints=split(instance.restraints, ["limit"], ["claim", "node", "block"]),
    )


def uneven(instance: Instance) -> Instance:
    """Claims of one good that lie six orders of magnitude apart."""
    return split_in_firms(instance, 4, 3.0)


def degenerate(instance: Instance) -> Instance:
    """Everything in steps of an eighth and every lane and line free, so that countless plans are equally good."""
    step = 0.125
    before = instance.cells.set_index(["claim", "node"])["demand"]
    cells = instance.cells.assign(demand=np.ceil(instance.cells["demand"] / step) * step)
    grown = cells.set_index(["claim", "node"])["demand"] / before
    restraints = instance.restraints
    if len(restraints):
        keys = pd.MultiIndex.from_frame(restraints[["claim", "node"]].astype("int64"))
        restraints = restraints.assign(limit=restraints["limit"] * grown.loc[keys].to_numpy(), cost=1.0)
    return replace(
        instance,
        cells=cells,
        restraints=restraints,
        dispatches=instance.dispatches.assign(limit=np.floor(instance.dispatches["limit"] / step) * step, premium=0.0),
        transfers=instance.transfers.assign(limit=np.floor(instance.transfers["limit"] / step) * step, cost=0.0),
    )


def by_firm(instance: Instance) -> Instance:
    """Every claim split among three firms of different size."""
    return split_in_firms(instance, 3, 1.0)


WEEKS = "horizon={start: 2026-W10, periods: 48, period: week}"
SIZES = {
    "tiny": Size("two states, two months, a few goods; for tests", ("scope.regions=[NLD, DEU]", FEW, "horizon.periods=2")),
    "S": Size("two states, two months", ("scope.regions=[NLD, DEU]", "horizon.periods=2")),
    "M": Size("four states, twelve months", ()),
    "L": Size("27 states, twelve months", ("scope.regions=all",)),
    "XL": Size("27 states, 48 weeks, three firms to a claim", ("scope.regions=all", WEEKS), by_firm),
    "degenerate": Size("S in steps of an eighth, with free lanes and lines", ("scope.regions=[NLD, DEU]", "horizon.periods=2"), degenerate),
    "uneven": Size(
        "S with four firms to a claim, six orders of magnitude apart", ("scope.regions=[NLD, DEU]", "horizon.periods=2"), uneven
    ),
}


def make(name: str) -> Instance:
    """Return an instance by name."""
    size = SIZES[name]
    return size.grow(compile_instance(case_of(*size.settings)))


def case_of(*settings: str) -> Case:
    """Return the case of the crisis under settings."""
    inputs = read_inputs(SCENARIO, overrides=settings)
    return resolve_case(inputs.baseline, inputs.scenario, inputs.framework)


def kept(name: str) -> Path:
    """Return the file that holds an instance of this form; it is worked out when `make_kept` is called."""
    form = sha256(" ".join(field.name for field in fields(Instance)).encode()).hexdigest()
    return KEPT / f"{name}-{form[:8]}.pickle"


def make_kept(name: str) -> None:
    """Work an instance out and keep it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept(name).write_bytes(pickle.dumps(make(name)))


def read_kept(name: str) -> Instance:
    """Return an instance that was kept; the file is this program's own."""
    instance: Instance = pickle.loads(kept(name).read_bytes())  # noqa: S301 - written by make_kept a moment ago
    return instance


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        make_kept(wanted)

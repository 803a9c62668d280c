"""Building."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, building
from benchmarks.figures import FIGURES

SIZES = ("S", "M", "L", "XL")


@FIGURES.register("build_over_linopy")
def build_over_linopy(bench: Bench) -> Iterable[Figure]:
    """From tables in memory to a model in the solver, over linopy."""
    return bench.ratios("build_over_linopy", SIZES, ("allocator_ranked", building), ("linopy", building), 1.0)


@FIGURES.register("build_over_bare")
def build_over_bare(bench: Bench) -> Iterable[Figure]:
    """From tables in memory to a model in the solver, over bare numpy and highspy."""
    return bench.ratios("build_over_bare", SIZES, ("allocator_ranked", building), ("bare", building), 3.0)

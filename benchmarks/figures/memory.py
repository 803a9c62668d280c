"""Memory."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, memory
from benchmarks.figures import FIGURES


@FIGURES.register("memory_over_linopy")
def memory_over_linopy(bench: Bench) -> Iterable[Figure]:
    """Largest memory until the model stands in the solver, the tables and the program itself included, over linopy."""
    return bench.ratios("memory_over_linopy", ("S", "M", "L", "XL"), ("allocator_ranked", memory), ("linopy", memory), 1.5)

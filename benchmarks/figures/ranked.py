"""The ranked solve of four stages."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, solving
from benchmarks.figures import FIGURES

SIZES = ("S", "M", "L", "degenerate", "uneven")


@FIGURES.register("ranked_over_plain_lp")
def ranked_over_plain_lp(bench: Bench) -> Iterable[Figure]:
    """All four stages over one plain solve of a weighted sum, which is no ranked answer."""
    return bench.ratios("ranked_over_plain_lp", SIZES, ("allocator_ranked", solving), ("plain_lp", solving), 2.5)


@FIGURES.register("ranked_over_objective_cuts")
def ranked_over_objective_cuts(bench: Bench) -> Iterable[Figure]:
    """All four stages over the same by objective cuts on one warm solver; 0.05 is twenty times faster."""
    return bench.ratios("ranked_over_objective_cuts", SIZES, ("allocator_ranked", solving), ("objective_cuts", solving), 0.05)

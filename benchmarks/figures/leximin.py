"""What leximin inside tiers costs."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, solving
from benchmarks.figures import FIGURES


@FIGURES.register("leximin_over_ranked")
def leximin_over_ranked(bench: Bench) -> Iterable[Figure]:
    """The whole job as shipped (leximin, guarantees, means, steadiness, tie-break, certificates) over the ranked solve of sums."""
    sizes = ("S", "M", "L", "degenerate", "uneven")
    return bench.ratios("leximin_over_ranked", sizes, ("allocator", solving), ("allocator_ranked", solving), 4.0)

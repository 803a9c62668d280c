"""Growth: what a column costs when there are more of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks.bench import Bench, Figure, all_of, building, figure, solving
from benchmarks.figures import FIGURES
from benchmarks.measure import Measurement

STEPS = (("S", "M"), ("M", "L"), ("L", "XL"))


@FIGURES.register("cost_per_column")
def cost_per_column(bench: Bench) -> Iterable[Figure]:
    """Seconds per column of the ranked job, building included, on the larger instance over the smaller; likewise building and stages."""
    for name, seconds in (("cost_per_column", all_of), ("build_per_column", building), ("stages_per_column", solving)):
        for small, large in STEPS:
            if large in bench.measured:
                yield _growth(bench, name, small, large, seconds)


def _growth(bench: Bench, name: str, small: str, large: str, seconds: Callable[[Measurement], float]) -> Figure:
    def per_column(one: Measurement) -> float:
        return seconds(one) / one.columns

    size = f"{small} to {large}"
    pairs = zip(bench.of(small, "allocator_ranked"), bench.of(large, "allocator_ranked"), strict=False)
    try:
        return figure(name, size, [per_column(big) / per_column(little) for little, big in pairs], 1.5)
    except (KeyError, ZeroDivisionError):
        return Figure(name, size, None, None, 1.5, "did not finish within its limit")

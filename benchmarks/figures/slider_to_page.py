"""The what-if page: from a move to the redrawn page."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import quantiles

from benchmarks.bench import Bench, Figure, figure
from benchmarks.figures import FIGURES

MEDIAN_SECONDS, AT_95_SECONDS, MANY_SECONDS = 0.250, 0.400, 1.0


@FIGURES.register("slider_to_page")
def slider_to_page(bench: Bench) -> Iterable[Figure]:
    """From moving a slider to the redrawn page on the four-state Hormuz scenario: median over 250 ms, 95th percentile over 400 ms.

    In a window of 1280 by 800: charts below it are drawn when they come near.

    With ten browsers in one session, until the last has redrawn: 95th percentile over one second.
    """
    one, many = bench.page.get("one", []), bench.page.get("many", [])
    yield figure("slider_to_page_median", "Hormuz", [seconds / MEDIAN_SECONDS for seconds in one], 1.0)
    yield figure("slider_to_page_95", "Hormuz", _at_95(one, AT_95_SECONDS), 1.0)
    yield figure("slider_to_page_ten", "Hormuz, ten browsers", _at_95(many, MANY_SECONDS), 1.0)


def _at_95(seconds: list[float], target: float) -> list[float]:
    return [quantiles(seconds, n=20, method="inclusive")[-1] / target] if len(seconds) > 1 else []

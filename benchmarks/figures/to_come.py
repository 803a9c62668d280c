"""Targets for what is not built yet."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure
from benchmarks.figures import FIGURES


@FIGURES.register("slider_to_page")
def slider_to_page(_: Bench) -> Iterable[Figure]:
    """From moving a slider to the redrawn page on the four-state Hormuz scenario: median over 250 ms, 95th percentile over 400 ms."""
    yield Figure("slider_to_page_median", "Hormuz", None, None, 1.0, "not measured yet: the page is not built")
    yield Figure("slider_to_page_95", "Hormuz", None, None, 1.0, "not measured yet: the page is not built")

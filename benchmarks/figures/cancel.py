"""How soon a solve stops when it is told to."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, figure
from benchmarks.figures import FIGURES

SECONDS = 0.2


@FIGURES.register("cancel")
def cancel(bench: Bench) -> Iterable[Figure]:
    """Seconds from cancelling the whole job at M until it has stopped, the longest of all random moments that were tried, over 0.2 s."""
    stopped = bench.cancelled.get("stopped", [])
    yield figure("cancel", "M", [max(stopped) / SECONDS] if stopped else [], 1.0, f"longest of {len(stopped)} moments" if stopped else "")

"""What-if: one part touched."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, figure
from benchmarks.figures import FIGURES

STAGE_SECONDS, ALL_SECONDS = 0.016, 0.150


def _size(bench: Bench) -> str:
    columns = bench.sessions.get("columns")
    return f"one part of {columns[0]:,.0f} columns" if columns else "one part"


@FIGURES.register("whatif_stage")
def whatif_stage(bench: Bench) -> Iterable[Figure]:
    """Seconds per stage when a setting changes, over 16 ms."""
    yield figure("whatif_stage", _size(bench), [one / STAGE_SECONDS for one in bench.sessions.get("stage", [])], 1.0)


@FIGURES.register("whatif_all_stages")
def whatif_all_stages(bench: Bench) -> Iterable[Figure]:
    """Seconds of all stages at the 95th percentile over the positions of the slider, over 150 ms."""
    solved = sorted(bench.sessions.get("solve", []))
    at_95 = [solved[min(len(solved) - 1, int(0.95 * len(solved)))] / ALL_SECONDS] if solved else []
    yield figure("whatif_all_stages", _size(bench), at_95, 1.0)


@FIGURES.register("whatif_path")
def whatif_path(bench: Bench) -> Iterable[Figure]:
    """Positions of the slider whose answer depends on the way to it, of all that were visited by two ways."""
    yield figure("whatif_path", _size(bench), bench.sessions.get("differing", []), 0.0)

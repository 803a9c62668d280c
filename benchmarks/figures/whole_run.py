"""The whole command."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, figure
from benchmarks.figures import FIGURES

SECONDS = 2.0


@FIGURES.register("run_without_solving")
def run_without_solving(bench: Bench) -> Iterable[Figure]:
    """`allocator run` on the Hormuz scenario as a fresh process, report written, less the time of solving, over 2 s."""
    yield figure("run_without_solving", "Hormuz", [(run["total"] - run["solve"]) / SECONDS for run in bench.runs.get("Hormuz", [])], 1.0)

"""One volume among a million claimants."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench, Figure, figure
from benchmarks.figures import FIGURES

SIZE = "1,000,000 claimants"


@FIGURES.register("million_claimants")
def million_claimants(bench: Bench) -> Iterable[Figure]:
    """A million claimants in memory under a rule of division, the slowest rule, over 1 s; random arrival takes at most twenty."""
    slowest = max(bench.claims, key=lambda rule: sorted(bench.claims[rule])[len(bench.claims[rule]) // 2], default="")
    note = f"slowest: {slowest}" if slowest else ""
    yield figure("million_claimants", SIZE, bench.claims.get(slowest, []), 1.0, note)

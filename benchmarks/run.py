"""Run the benchmarks and write `RESULTS.md`, `results.json` and `results.svg`.

python -m benchmarks.run --quick        # S and M, under three minutes on an idle machine
python -m benchmarks.run                # everything
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.bench import Bench, Figure, Plan
from benchmarks.instances import ROOT
from benchmarks.measure import WARM_UP
from benchmarks.plot import plot
from benchmarks.registry import FIGURES, PEERS
from benchmarks.results import page
from benchmarks.session import started

HERE = Path(__file__).parent
EVERY_PEER = tuple(sorted(PEERS))
FAST_PEERS = ("allocator_ranked", "bare", "linopy", "objective_cuts", "plain_lp")

QUICK = (
    Plan("S", EVERY_PEER, 2, 20.0),
    Plan("M", FAST_PEERS, 3, 20.0),
    Plan("M", ("allocator",), 1, 40.0),
)
FULL = (
    Plan("S", EVERY_PEER, 3, 30.0),
    Plan("degenerate", EVERY_PEER, 2, 40.0),
    Plan("uneven", EVERY_PEER, 2, 40.0),
    Plan("M", (*FAST_PEERS, "allocator"), 3, 120.0),
    Plan("M", tuple(peer for peer in EVERY_PEER if peer not in (*FAST_PEERS, "allocator")), 1, 120.0),
    Plan("L", ("allocator_ranked", "bare", "linopy", "plain_lp"), 2, 200.0),
    Plan("L", ("objective_cuts", "highs_lexicographic", "pyomo", "pulp"), 1, 200.0),
    Plan("XL", ("allocator_ranked", "bare", "linopy"), 1, 150.0),
)


def main(quick: bool) -> None:
    """Measure, work the figures out and write them."""
    began = perf_counter()
    bench = Bench(quick)
    plans = QUICK if quick else FULL
    for size in dict.fromkeys([WARM_UP, *(plan.size for plan in plans)]):
        command = [sys.executable, "-m", "benchmarks.instances", size]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own module
    for plan in plans:
        bench.carry_out(plan)
    sessions(bench, quick)
    figures = [figure for name in sorted(FIGURES) for figure in FIGURES[name](bench)]
    write(bench, figures, perf_counter() - began)


def sessions(bench: Bench, quick: bool) -> None:
    """Measure what needs a whole scenario, and what needs none."""
    bench.claims = started("claims", "1" if quick else "5", limit=300.0)
    bench.sessions = started("whatif", *(("S", "3") if quick else ("M", "20")), limit=60.0 if quick else 1800.0)
    bench.cancelled = started("cancel", "3" if quick else "20", limit=300.0)
    bench.page = started("slider", "3" if quick else "20", limit=300.0)
    whole_runs(bench, quick)


def whole_runs(bench: Bench, quick: bool) -> None:
    """Measure whole runs, by phase and by stage."""
    for _ in range(1 if quick else 3):
        bench.runs.setdefault("Hormuz", []).extend(filter(None, [started("hormuz", limit=120.0)]))
    for size in ("S",) if quick else ("S", "M"):
        bench.runs.setdefault(size, []).extend(filter(None, [started("phases", size, limit=1800.0)]))


def write(bench: Bench, figures: list[Figure], seconds: float) -> None:
    """Write the three files beside this one."""
    rows = [row_of(one) for one in figures]
    (HERE / "results.json").write_text(json.dumps({"quick": bench.quick, "figures": rows}, indent=1) + "\n", encoding="utf-8")
    (HERE / "results.svg").write_text(plot(bench), encoding="utf-8")
    (HERE / "RESULTS.md").write_text(page(bench, figures, seconds), encoding="utf-8")


def row_of(one: Figure) -> dict[str, object]:
    """Return a figure as `results.json` has it."""
    return {
        "name": one.name,
        "size": one.size,
        "ratio": _short(one.ratio),
        "spread": None if one.spread is None else [_short(side) for side in one.spread],
        "target": one.target,
        "met": one.met,
        "note": one.note,
    }


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="S and M only, under three minutes on an idle machine")
    main(parser.parse_args().quick)

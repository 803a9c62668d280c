"""Measures one thing again, on a machine that is idle for it, and puts what it gives in the place of that of the last run.

python -m benchmarks.again slider 20   # moves
python -m benchmarks.again cancel 20   # moments
python -m benchmarks.again runs
"""

from __future__ import annotations

import json
import sys

from benchmarks.bench import Bench, Figure
from benchmarks.registry import FIGURES
from benchmarks.results import SESSIONS, WHOLE_RUNS, about, cells_of
from benchmarks.results import whole_runs as section
from benchmarks.run import HERE, row_of, whole_runs
from benchmarks.session import started

DATA, PAGE = HERE / "results.json", HERE / "RESULTS.md"


def record(name: str, figures: list[Figure]) -> None:
    """Put rows and their explanation into both files; those whose name begins as theirs go."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    names = [str(one["name"]) for one in told["figures"]]
    kept = [one for one in told["figures"] if not one["name"].startswith(name)]
    there = next((at for at, known in enumerate(names) if known.startswith(name)), len(kept))
    told["figures"] = [*kept[:there], *map(row_of, figures), *kept[there:]]
    DATA.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    texts = [text for text in lines if not text.startswith(f"| {name}")]
    last = max(at for at, text in enumerate(texts) if text.startswith("| whatif_"))
    there = next((at for at, text in enumerate(lines) if text.startswith(f"| {name}")), last + 1)
    texts[there:there] = [f"| {' | '.join(cells_of(one))} |" for one in figures]
    explained = f"- `{name}`: {about(FIGURES[name])}"
    known = [at for at, text in enumerate(texts) if text.startswith(("- `whatif_", f"- `{name}`"))]
    texts = [text for text in texts if text != explained]
    texts.insert(min(known), explained)
    PAGE.write_text("\n".join(texts) + "\n", encoding="utf-8")


def main(what: str, count: str = "") -> None:
    """Measure and record."""
    bench = Bench(quick=False)
    if what == "runs":
        whole_runs(bench, quick=False)
        record("run_without_solving", list(FIGURES["run_without_solving"](bench)))
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(WHOLE_RUNS)
        after = rest[rest.index(SESSIONS) :] if SESSIONS in rest else ""
        PAGE.write_text(before + "\n".join(section(bench)) + "\n\n" + after, encoding="utf-8")
        return
    name, attribute = {"slider": ("slider_to_page", "page"), "cancel": ("cancel", "cancelled")}[what]
    setattr(bench, attribute, started(what, count, limit=600.0))
    record(name, list(FIGURES[name](bench)))


if __name__ == "__main__":
    main(*sys.argv[1:])

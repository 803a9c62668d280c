"""Measures one thing again, on a machine that is idle for it, and puts its rows in the place of those of the last run.

python -m benchmarks.again slider 20
python -m benchmarks.again cancel 20
"""

from __future__ import annotations

import json
import sys

from benchmarks.bench import Bench, Figure
from benchmarks.registry import FIGURES
from benchmarks.results import about, cells_of
from benchmarks.run import HERE, row_of
from benchmarks.session import started

#: Figure and attribute of the bench, by what is measured.
FIGURE = {"slider": ("slider_to_page", "page"), "cancel": ("cancel", "cancelled")}


def record(name: str, figures: list[Figure]) -> None:
    """Put rows into `results.json` and `RESULTS.md`; those whose name begins as theirs go."""
    data, page = HERE / "results.json", HERE / "RESULTS.md"
    told = json.loads(data.read_text(encoding="utf-8"))
    names = [str(one["name"]) for one in told["figures"]]
    kept = [one for one in told["figures"] if not one["name"].startswith(name)]
    there = next((at for at, known in enumerate(names) if known.startswith(name)), len(kept))
    told["figures"] = [*kept[:there], *map(row_of, figures), *kept[there:]]
    data.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    lines = page.read_text(encoding="utf-8").splitlines()
    texts = [text for text in lines if not text.startswith(f"| {name}")]
    last = max(at for at, text in enumerate(texts) if text.startswith("| whatif_"))
    there = next((at for at, text in enumerate(lines) if text.startswith(f"| {name}")), last + 1)
    texts[there:there] = [f"| {' | '.join(cells_of(one))} |" for one in figures]
    told_of = f"- `{name}`: {about(FIGURES[name])}"
    known = [at for at, text in enumerate(texts) if text.startswith(("- `whatif_", f"- `{name}`"))]
    texts = [text for text in texts if text != told_of]
    texts.insert(min(known), told_of)
    page.write_text("\n".join(texts) + "\n", encoding="utf-8")


def main(what: str, count: str) -> None:
    """Measure and record."""
    name, attribute = FIGURE[what]
    bench = Bench(quick=False)
    setattr(bench, attribute, started(what, count, limit=600.0))
    record(name, list(FIGURES[name](bench)))


if __name__ == "__main__":
    main(*sys.argv[1:])

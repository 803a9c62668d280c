"""How far the Union depends on one country for what is strategic, and what it makes itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd

from allocator.baseline.dependency import BENCHMARK, OWN_BENCHMARKS
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View

#: The benchmark of its own that a good at this stage is held against; further stages have none.
HELD_AGAINST = {"raw": "extraction", "refined": "processing"}


@SECTIONS.register("dependency")
class Dependency(Section):
    """Every strategic good of the scenario beside the benchmarks of the Critical Raw Materials Act, in an undisturbed year."""

    order: ClassVar[int] = 55
    title: ClassVar[tuple[str, str]] = ("Dependency before the crisis", "Afhankelijkheid vóór de crisis")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return a row per good, the most dependent first, and how many meet each benchmark."""
        table = view.position
        above = table[table["share"] > BENCHMARK]
        return {
            "rows": [_row(view, row) for row in above.to_dict("records")],
            "others": [_row(view, row) for row in table[table["share"] <= BENCHMARK].to_dict("records")],
            "mark": BENCHMARK,
            "counts": [_count(view, table, name) for name in OWN_BENCHMARKS],
            "says": view.language.percent,
        }


def _row(view: View, row: Mapping[Any, Any]) -> Mapping[str, Any]:
    share, own = float(row["share"]), HELD_AGAINST.get(str(row["stage"]))
    above, below = view.language.pick("above", "boven"), view.language.pick("below", "onder")
    return {
        "name": view.commodity(str(row["commodity"])),
        "origin": view.region(str(row["origin"])) if row["origin"] else view.language.pick("no imports", "geen invoer"),
        "share": share,
        "percent": f"{view.language.number(100.0 * share, 1)}%",
        "side": above if share > BENCHMARK else below,
        "figures": [
            _beside(view, float(row["made"]), own),
            _beside(view, float(row["recycled"]), "recycling" if own else None),
        ],
    }


def _beside(view: View, share: float, benchmark: str | None) -> str:
    """Write a share and on which side of its benchmark it is."""
    text = view.language.percent(share)
    if benchmark is None:
        return text
    return f"{text} ({view.language.pick('meets', 'haalt')})" if share >= OWN_BENCHMARKS[benchmark] else text


def _count(view: View, table: pd.DataFrame, name: str) -> str:
    """Say of how many goods the Union makes or recycles the share that a benchmark names."""
    pick, share = view.language.pick, view.language.percent(OWN_BENCHMARKS[name])
    if name == "recycling":
        held, column = table[table["stage"].isin(list(HELD_AGAINST))], "recycled"
        text = pick(
            "Recycling {}: reached for {} of {} raw and refined goods",
            "Recycling {}: gehaald voor {} van de {} ruwe en geraffineerde goederen",
        )
    else:
        held, column = table[table["stage"].map(HELD_AGAINST) == name], "made"
        text = (
            pick("Extraction {}: reached for {} of {} raw goods", "Winning {}: gehaald voor {} van de {} ruwe goederen")
            if name == "extraction"
            else pick(
                "Processing {}: reached for {} of {} refined goods", "Verwerking {}: gehaald voor {} van de {} geraffineerde goederen"
            )
        )
    return text.format(share, int((held[column] >= OWN_BENCHMARKS[name]).sum()), len(held))

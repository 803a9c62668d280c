"""Coverage by sector and period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd

from allocator.report.grids import Cell, Grid
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View

#: Commodities without a shortage that are named one by one; of more, the names are folded away.
MOST_NAMED = 8


@SECTIONS.register("coverage")
class Coverage(Section):
    """Where it hurts: the lowest coverage of every sector in every period; then who gets what share of each material that is short."""

    order: ClassVar[int] = 20
    title: ClassVar[tuple[str, str]] = ("Coverage by sector and period", "Dekkingsgraad per sector en periode")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the heatmap of all materials, and one for each of those that are shortest."""
        pick = view.language.pick
        cells = view.total("commodity", "sector", "tier", "period")
        short = cells[cells["commodity"].isin(view.short)]
        heats = []
        if view.short:
            lowest = short.groupby(["sector", "tier", "period"])["coverage"].min().reset_index()
            heats.append(_heat(view, lowest, pick("Lowest coverage of any material", "Laagste dekkingsgraad van enig materiaal")))
        for commodity in view.charted:
            name = view.inside(view.commodity(commodity))
            caption = pick("Share of demand for {} that is met", "Deel van de vraag naar {} waarin is voorzien").format(name)
            heats.append(_heat(view, cells[cells["commodity"] == commodity], caption))
        return {
            "heats": heats,
            "more": len(view.short) - len(view.charted),
            "covered": [view.inside(view.commodity(str(name))) for name in view.commodities["commodity"] if name not in view.short],
            "most_named": MOST_NAMED,
        }


def _heat(view: View, cells: pd.DataFrame, caption: str) -> Grid[str | Cell]:
    """Return `coverage` by sector (in the order of the classes) and period."""
    grid = cells.pivot(index=["tier", "sector"], columns="period", values="coverage").reindex(columns=view.periods).sort_index()
    heads = [view.language.pick("Sector (class)", "Sector (klasse)"), *(view.language.period(name) for name in view.periods)]
    rows: list[list[str | Cell]] = [
        [f"{view.sector(str(sector))} ({tier})", *(view.cover(value) for value in values)]
        for (tier, sector), values in zip(grid.index.tolist(), grid.to_numpy().tolist(), strict=True)
    ]
    return Grid(caption, heads, rows)

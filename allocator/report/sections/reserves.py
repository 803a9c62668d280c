"""Reserves over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.charts import CHARTS
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View


@SECTIONS.register("reserves")
class Reserves(Section):
    """What every reserve holds, releases, loses and keeps."""

    order: ClassVar[int] = 50
    title: ClassVar[tuple[str, str]] = ("Strategic reserves over time", "Strategische voorraden in de tijd")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the chart of the opened reserves and the balance of all of them."""
        language = view.language
        table = view.run.allocation.reserves
        rows = []
        for reserve in view.run.case.reserves.to_dict("records"):
            own = table[table["reserve"] == reserve["reserve"]].sort_values("period")
            figures = [own["opening"].iloc[0], own["released"].sum(), own["refilled"].sum(), own["lost"].sum(), own["closing"].iloc[-1]]
            days = float(own["days_of_cover"].iloc[-1])
            rows.append(
                {
                    "name": view.reserve(str(reserve["reserve"])),
                    "unit": view.unit(str(reserve["commodity"])),
                    "rank": str(reserve["rank"]),
                    "open": language.pick("yes", "ja") if reserve["open"] else language.pick("no", "nee"),
                    "figures": [language.amount(float(figure)) for figure in figures],
                    "floor": language.amount(float(reserve["floor"])),
                    "days": language.number(days) if days == days else "-",
                }
            )
        return {"charts": CHARTS["reserve_stock"](view), "rows": rows}

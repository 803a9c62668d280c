"""Coverage by sector and period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.charts import CHARTS
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View


@SECTIONS.register("coverage")
class Coverage(Section):
    """Who gets what share of what is short, month by month."""

    order: ClassVar[int] = 20

    def content(self, view: View) -> Mapping[str, Any]:
        """Return a heatmap per commodity that is short."""
        return {"charts": CHARTS["coverage_by_sector"](view)}

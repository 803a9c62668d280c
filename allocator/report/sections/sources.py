"""From which source what is short reaches which sector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.charts import CHARTS
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View


@SECTIONS.register("sources")
class Sources(Section):
    """From source to sector, with the rule by which sources are told apart where they mix."""

    order: ClassVar[int] = 42
    title: ClassVar[tuple[str, str]] = ("From source to sector", "Van bron naar sector")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return a chart per commodity that is short."""
        return {"charts": CHARTS["source_to_sector"](view)}

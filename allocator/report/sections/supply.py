"""Where what is short comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.charts import CHARTS
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View


@SECTIONS.register("supply")
class Supply(Section):
    """What comes in of each commodity that is short, by channel."""

    order: ClassVar[int] = 40
    title: ClassVar[tuple[str, str]] = ("Where what is short comes from", "Waar het schaarse vandaan komt")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return a chart per commodity that is short."""
        return {"charts": CHARTS["supply_by_channel"](view)}

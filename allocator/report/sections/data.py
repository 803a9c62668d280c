"""What the figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import GRADED, View


@SECTIONS.register("data")
class Data(Section):
    """How many figures in scope are reported, derived or assumed, and the sources they rest on."""

    order: ClassVar[int] = 65
    title: ClassVar[tuple[str, str]] = ("What the figures rest on", "Waar de cijfers op rusten")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the grades by table, and the cited sources."""
        words = view.language
        grades = []
        for table, counts in view.grades.to_dict("index").items():
            total = sum(counts.values())
            if total:
                shares = [words.percent(counts[grade] / total) for grade in ("reported", "derived", "assumed")]
                grades.append([view.table(str(table)), words.number(total), *shares])
        cited = {name.strip() for table in GRADED for text in view.in_scope(table)["source"].unique() for name in str(text).split(";")}
        sources = view.run.baseline.sources
        listed = sources[sources["source"].isin(cited)].sort_values("source")
        columns = ("source", "producer", "title")
        return {"grades": grades, "sources": [[str(row[column]) for column in columns] for row in listed.to_dict("records")]}

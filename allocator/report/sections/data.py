"""What the figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.baseline.grades import GRADES
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import GRADED, View


@SECTIONS.register("data")
class Data(Section):
    """How many figures in scope have which grade, and the sources they rest on."""

    order: ClassVar[int] = 65

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the rows of own figures by table, the grades by table, and the cited sources."""
        words = view.language
        grades = []
        for table, counts in view.grades.to_dict("index").items():
            total = sum(counts.values())
            if total:
                shares = [words.percent(counts[grade] / total) for grade in GRADES]
                grades.append([view.table(str(table)), words.number(total), *shares])
        cited = {name.strip() for table in GRADED for text in view.in_scope(table)["source"].unique() for name in str(text).split(";")}
        sources = view.run.baseline.sources
        listed = sources[sources["source"].isin(cited)].sort_values("source")
        columns = ("source", "producer", "title")
        own = view.run.baseline.own
        heads = [f"{grade}: {words.pick(*name)}" for grade, name in GRADES.items()]
        return {
            "heads": heads,
            "own": [f"{name} {words.number(sum(counts))}" for name, counts in own.rows.items()] if own else [],
            "grades": grades,
            "sources": [[str(row[column]) for column in columns] for row in listed.to_dict("records")],
        }

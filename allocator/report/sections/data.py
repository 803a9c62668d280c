"""What the figures rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from allocator.baseline.grades import GRADES, grades_of
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import GRADED, View

#: Column with the quantity, of the tables that say how much there is of a good; those of demand and imports are for a year.
QUANTITIES = {"demands": "annual_quantity", "supply_lines": "annual_quantity", "inventories": "quantity", "reserves": "quantity"}


@SECTIONS.register("data")
class Data(Section):
    """How many figures in scope have which grade, how far those that matter most may be off, and the sources."""

    order: ClassVar[int] = 65
    title: ClassVar[tuple[str, str]] = ("What the figures rest on", "Waar de cijfers op rusten")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the rows of own figures, the grades, the spread of the figures on what is short, and the cited sources."""
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
        columns = ("source", "producer", "title", "carrier")
        own = view.run.baseline.own
        return {
            "heads": [f"{grade}: {words.pick(*name)}" for grade, name in GRADES.items()],
            "own": [f"{name} {words.number(sum(counts))}" for name, counts in own.rows.items()] if own else [],
            "grades": grades,
            "spread": list(_spread(view)),
            "sources": [[str(row[column]) for column in columns] for row in listed.to_dict("records")],
        }


def _spread(view: View) -> Iterator[list[str]]:
    """Yield good, what the figure is about, the figure, lowest, highest, and the grade of most of it, for what is shortest."""
    words = view.language
    for commodity in view.charted:
        for table, column in QUANTITIES.items():
            rows = view.in_scope(table)
            own = rows[rows["commodity"] == commodity]
            figures = [float(own[name].sum()) for name in (column, "low", "high")]
            if not figures[2]:
                continue
            grade = str(own.groupby(grades_of(own, view.run.baseline.sources))[column].sum().sort_values(kind="stable").index[-1])
            yield [
                f"{view.commodity(commodity)} ({view.unit(commodity)})",
                view.table(table),
                *(words.amount(figure) for figure in figures),
                f"{grade}: {words.pick(*GRADES[grade])}",
            ]

"""How well a figure is founded, as one letter."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

#: The source of a figure that has none.
ASSUMPTION = "project_assumption"
#: Grades, best first, and what they are in English and Dutch.
GRADES: Mapping[str, tuple[str, str]] = {
    "A": ("reported", "gerapporteerd"),
    "B": ("derived or transcribed", "afgeleid of overgeschreven"),
    "C": ("assumed in part or second hand", "deels aangenomen of uit tweede hand"),
    "D": ("assumed", "aangenomen"),
}
#: The best grade of a figure whose source was read where another carried it, by what the carrier is.
CARRIED: Mapping[str, str] = {"data_package": "B", "press": "C", "repository": "C"}


def grades_of(rows: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Return the grade of every row of a table that cites.

    A: reported, and every source read at its publisher's. B: derived, or a source read in a maintained package that ships its data. C:
    assumed, though a part of it has a source that can be named, or a source read in the press or in somebody's repository. D: assumed, and
    nothing in it has a source.

    Args:
        rows: columns `source` and `basis`.
        sources: sources.csv, columns `source` and `carrier_kind`.
    """
    unsourced = rows["source"].isin(["", ASSUMPTION]).map({True: "D", False: "C"})
    founded = unsourced.mask(rows["basis"] == "reported", "A").mask(rows["basis"] == "derived", "B")
    best = {source: CARRIED.get(kind, "A") for source, kind in zip(sources["source"], sources["carrier_kind"], strict=True)}
    carried = rows["source"].map({cell: max(best.get(part, "A") for part in cell.split("; ")) for cell in rows["source"].unique()})
    return founded.mask(carried > founded, carried)


def count_grades(rows: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Return how many rows of a table that cites have each grade, best first."""
    counts: pd.Series = grades_of(rows, sources).value_counts().reindex(list(GRADES), fill_value=0).astype(int)
    return counts

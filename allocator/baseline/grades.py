"""How well a figure is founded, as one letter."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

#: The source of a figure that has none.
ASSUMPTION = "project_assumption"
#: Grades, best first, and what they are in English and Dutch.
GRADES: Mapping[str, tuple[str, str]] = {
    "A": ("reported", "gerapporteerd"),
    "B": ("derived", "afgeleid"),
    "C": ("assumed in part", "deels aangenomen"),
    "D": ("assumed", "aangenomen"),
}


def grades_of(rows: pd.DataFrame) -> pd.Series:
    """Return the grade of every row of a table that cites.

    A: reported. B: derived. C: assumed, though a part of it has a source that can be named. D: assumed, and nothing in it has one.
    """
    sourced = rows["source"].isin(["", ASSUMPTION]).map({True: "D", False: "C"})
    return sourced.mask(rows["basis"] == "reported", "A").mask(rows["basis"] == "derived", "B")


def count_grades(rows: pd.DataFrame) -> pd.Series:
    """Return how many rows of a table that cites have each grade, best first."""
    counts: pd.Series = grades_of(rows).value_counts().reindex(list(GRADES), fill_value=0).astype(int)
    return counts

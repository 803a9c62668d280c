"""Tables and axes of many periods."""

from __future__ import annotations

import pytest

from allocator.report.figures import time_axis
from allocator.report.grids import WIDEST, Grid


@pytest.mark.parametrize(("figures", "widths"), [(12, [12]), (13, [13]), (14, [7, 7]), (24, [12, 12]), (52, [13, 13, 13, 13])])
def test_a_wide_table_is_cut_into_parts_that_fit(figures: int, widths: list[int]) -> None:
    heads = ["name", *(f"p{number}" for number in range(figures))]
    rows = [["a", *range(figures)], ["b", *range(figures)]]
    parts = list(Grid("What", heads, rows).tables())
    assert [len(part.heads) - 1 for part in parts] == widths
    assert max(widths) <= WIDEST
    assert [cell for part in parts for cell in part.rows[1][1:]] == list(range(figures))
    assert all(part.rows[0][0] == "a" and part.heads[0] == "name" for part in parts)
    assert len({part.caption for part in parts}) == len(parts)


def test_an_axis_says_a_year_once() -> None:
    axis = time_axis(["start", "Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027"])
    assert axis["ticktext"] == ["start", "Nov<br>2026", "Dec", "Jan<br>2027", "Feb"]


def test_an_axis_of_many_periods_names_some_of_them() -> None:
    periods = [f"week {number} 2026" for number in range(1, 53)]
    assert time_axis(periods)["tickvals"] == periods[::4]

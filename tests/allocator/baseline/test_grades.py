"""Grades: what is assumed in part is not what has no source at all."""

import pandas as pd

from allocator.baseline.grades import count_grades


def test_a_source_beside_an_assumption_is_c_and_none_is_d():
    rows = pd.DataFrame(
        [
            ("a", "reported"),
            ("a; b", "derived"),
            ("a", "assumed"),
            ("a; project_assumption", "assumed"),
            ("project_assumption", "assumed"),
            ("", "assumed"),
        ],
        columns=["source", "basis"],
    )
    assert count_grades(rows).to_dict() == {"A": 1, "B": 1, "C": 2, "D": 2}


def test_a_table_without_rows_has_none_of_each():
    assert count_grades(pd.DataFrame(columns=["source", "basis"])).to_dict() == {"A": 0, "B": 0, "C": 0, "D": 0}

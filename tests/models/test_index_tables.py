"""Codes lead to rows, or are refused: a wrong row would be a wrong model without a word."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator_models.formulation import IndexTable, MissingIndex, at
from allocator_models.instance import rising, sorted_by


def table(first: list[int], second: list[int]) -> IndexTable:
    return IndexTable("pairs", pd.DataFrame({"first": first, "second": second}))


@pytest.mark.parametrize("far", [3, 1_000_000])  # found in a look-up array, and searched for where it would be mostly empty
def test_every_row_is_found_whatever_its_order(far: int) -> None:
    pairs = table([2, 0, far, 0], [1, 0, 2, 2])
    wanted = [np.array([0, far, 2, 0, 2]), np.array([2, 2, 1, 0, 1])]
    assert pairs.positions(wanted).tolist() == [3, 2, 0, 1, 0]
    assert pairs.positions(pairs.columns).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("far", [3, 1_000_000])
@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (-1, 2), (2, 3), (2_000_000, 0)])
def test_what_is_no_member_is_refused(far: int, pair: tuple[int, int]) -> None:
    pairs = table([2, 0, far, 0], [1, 0, 2, 2])
    with pytest.raises(MissingIndex, match="pairs"):
        pairs.positions([np.array([code]) for code in pair])


def test_nothing_is_found_in_an_empty_table_and_nothing_asked_is_nothing_found() -> None:
    with pytest.raises(MissingIndex):
        table([], []).positions([np.array([0]), np.array([0])])
    assert len(table([1], [1]).positions([np.array([], dtype=np.int64)] * 2)) == 0


@pytest.mark.parametrize("code", [-1, 2])
def test_a_code_beyond_the_members_is_refused(code: int) -> None:
    figures = pd.Series([0.5, 0.25], name="loss")
    assert at(figures, pd.Series([1, 0, 1])).tolist() == [0.25, 0.5, 0.25]
    with pytest.raises(MissingIndex, match="loss"):
        at(figures, pd.Series([0, code]))


ROWS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc")), max_size=6)


@given(ROWS)
def test_rows_rise_when_they_are_sorted_and_differ(rows: list[tuple[int, str]]) -> None:
    pairs = pd.DataFrame(rows, columns=["number", "name"]).astype({"number": "int64", "name": "str"})
    assert rising(pairs, ("number", "name")) == (rows == sorted(set(rows)))
    assert list(sorted_by(pairs, ("number", "name")).itertuples(index=False, name=None)) == sorted(rows)

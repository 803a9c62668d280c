"""Figures and text as they stand in files."""

import csv
import math

import pandas as pd
import pytest

from allocator.output.text import cell, csv_text, json_text, rounded


def test_nine_significant_digits():
    assert rounded(1234.56789012) == 1234.56789
    assert math.copysign(1.0, rounded(-0.0)) == 1.0


def test_csv_has_lf_empty_cells_for_missing_figures_and_no_minus_zero():
    text = csv_text(pd.DataFrame({"name": ["a", "b"], "figure": [1.0 / 3.0, math.nan], "zero": [-0.0, 0.0], "tier": [1, 2]}))
    assert text == "name,figure,zero,tier\na,0.333333333,0,1\nb,,0,2\n"


@pytest.mark.parametrize(
    ("given", "written"),
    [("two\nlines", "two lines"), ("=1+1", "'=1+1"), ("@sum", "'@sum"), ("-x", "'-x"), ("plain, text", "plain, text"), ("", "")],
)
def test_a_cell_is_one_line_and_no_formula(given, written):
    assert cell(given) == written


def test_text_with_a_comma_is_quoted():
    assert csv_text(pd.DataFrame({"rule": ["a, b"]})) == 'rule\n"a, b"\n'


def test_a_table_reads_back_as_it_was():
    table = pd.DataFrame({"a,b": ['say "x"', "", "é; y"], "flag": [True, False, True], "n": [3, -4, 0]})
    assert list(csv.reader(csv_text(table).splitlines())) == [
        ["a,b", "flag", "n"],
        ['say "x"', "True", "3"],
        ["", "False", "-4"],
        ["é; y", "True", "0"],
    ]
    assert csv_text(table.iloc[:0]) == '"a,b",flag,n\n'


def test_json_refuses_what_is_not_a_number():
    with pytest.raises(ValueError, match="JSON compliant"):
        json_text({"value": math.nan})


def test_json_keeps_order_and_rounds_to_twelve_digits():
    assert json_text({"b": 1.0 / 3.0, "a": [None, 2, "é"]}) == '{\n  "b": 0.333333333,\n  "a": [\n    null,\n    2,\n    "é"\n  ]\n}\n'

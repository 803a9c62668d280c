"""``allocator explain`` on a whole run: in words, as JSON and as tables."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from allocator.run import Run
from tests.program import call

CUT = "NLD/packaging/metal"


@pytest.fixture(autouse=True)
def made_again(finished: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is there already: how it is made again is tested elsewhere."""
    monkeypatch.setattr("allocator.cli.explain.run_again", lambda *_: finished)


def test_rules_are_told_with_the_least_change_for_a_claim_and_written_as_a_table(tmp_path: Path) -> None:
    asked = ("explain", "done", "--rules", "--claim", CUT, "--minimum", "0.95", "--lang", "nl", "--out", tmp_path)
    result = call(*asked)
    assert result.exit_code == 0, result.output
    for text in ("Het plafond van 90% voor klasse 2 (Tweede)", "Deze regel neemt van", "De kleinste wijziging", "gewijzigd in 95%"):
        assert text in result.output
    table = pd.read_csv(tmp_path / "rules.csv")
    assert set(table["rule"]) >= {"guarantee", "class_cap", "classes", "use", "floor"}
    assert table.loc[table["rule"] == "class_cap", "change"].gt(0).all()


def test_a_machine_is_told_too_and_a_table_is_not_replaced_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator.cli._answers.prices", lambda *_: [])
    assert json.loads(call("explain", "done", "--rules", "--json").stdout)["rules"] == []
    (tmp_path / "rules.csv").touch()
    again = call("explain", "done", "--rules", "--out", tmp_path)
    assert (again.exit_code, "A705" in again.output) == (1, True)


def test_a_minimum_that_a_claim_has_already_needs_no_change() -> None:
    result = call("explain", "done", "--claim", CUT, "--minimum", "0.1", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["reason"]["remedies"] == []


def test_ranges_and_break_even_are_told_and_written(tmp_path: Path) -> None:
    result = call("explain", "done", "--ranges", "--break-even", "--most", "1", "--lang", "nl", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    for text in ("Hadden aanspraken meer kunnen krijgen?", "Had het ook anders gekund?", "volgt het gebruik", "Aangenomen cijfers"):
        assert text in result.output
    found = pd.read_csv(tmp_path / "ranges.csv")
    assert set(found["kind"]) == {"claim", "line", "release", "process", "lane"}
    claims = found[found["kind"] == "claim"]
    assert (claims["high"] - claims["low"]).abs().max() < 1e-9
    assert pd.read_csv(tmp_path / "break_even.csv").empty  # every figure of the small package is certain


def test_something_must_be_asked() -> None:
    assert call("explain", "done").exit_code == 2

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
    for text in ("Het plafond van 90% voor klasse 2 (Tweede)", "Zij neemt van", "De kleinste wijziging", "gewijzigd in 95%"):
        assert text in result.output
    table = pd.read_csv(tmp_path / "rules.csv")
    assert set(table["rule"]) >= {"guarantee", "class_cap", "classes", "use", "floor"}
    assert table.loc[table["rule"] == "class_cap", "change"].gt(0).all()


def test_rules_are_told_to_a_machine_and_a_table_is_not_replaced_unasked(tmp_path: Path) -> None:
    result = call("explain", "done", "--rules", "--json")
    assert {one["rule"] for one in json.loads(result.stdout)["rules"]} >= {"guarantee", "class_cap", "classes"}
    (tmp_path / "rules.csv").touch()
    again = call("explain", "done", "--rules", "--out", tmp_path)
    assert (again.exit_code, "A705" in again.output) == (1, True)


def test_a_minimum_that_a_claim_has_already_needs_no_change() -> None:
    result = call("explain", "done", "--claim", CUT, "--minimum", "0.1", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["reason"]["remedies"] == []


def test_something_must_be_asked() -> None:
    assert call("explain", "done").exit_code == 2

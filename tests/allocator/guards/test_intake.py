"""``allocator check-claims``: claims of own figures that grew are flagged, and who pays for them is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.allocator.conftest import CRISIS
from tests.program import call
from tests.tiny import tiny_tables, write_tiny


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small crisis, and own figures in which packaging asks for half as much metal again, with the supply that brings it."""
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path, CRISIS)
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "classification.txt").write_text("confidential\n", encoding="utf-8")
    grow(folder, "demands", {"region": "NLD", "sector": "packaging", "commodity": "metal"}, 12 * 10.5)
    grow(folder, "supply_lines", {"line": "nor_nld_metal"}, 12 * 9.5)
    return folder


def grow(folder: Path, table: str, key: dict[str, str], amount: float) -> None:
    rows = tiny_tables()[table]
    for column, value in key.items():
        rows = rows[rows[column] == value]
    rows.assign(annual_quantity=amount, low=amount, high=amount).to_csv(folder / f"{table}.csv", index=False)


def test_a_claim_that_grew_is_flagged_and_its_effect_is_measured(own: Path) -> None:
    result = call("check-claims", "tiny.yaml", "--figures", own, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert (found["classification"], found["concept"]) == ("confidential", True)
    (flagged,) = found["flagged"]
    assert [flagged[key] for key in ("region", "sector", "commodity", "base", "claimed", "times")] == [
        "NLD",
        "packaging",
        "metal",
        84,
        126,
        1.5,
    ]
    changes = {"/".join(row[key] for key in ("region", "sector", "commodity")): row["change"] for row in found["effect"]}
    assert changes["NLD/packaging/metal"] > 0.0, "what grew gains"
    assert {claim for claim, change in changes.items() if change < 0.0} == {"DEU/packaging/metal", "POL/packaging/metal"}
    assert all(row["got"] <= row["need"] + 1e-9 for row in found["effect"])


def test_a_claim_inflated_out_of_nothing_is_measured_although_nobody_brings_what_it_asks_for(own: Path) -> None:
    """Three times the liquid helium, and no line that brings it: a run refuses that, the check says what it does to everybody."""
    for file in ("demands.csv", "supply_lines.csv"):
        (own / file).unlink()
    grow(own, "demands", {"region": "NLD", "sector": "packaging", "commodity": "metal"}, 3 * 84)
    refused = call("run", "tiny.yaml", "--figures", own)
    assert (refused.exit_code, "[A119]" in refused.stderr) == (1, True)
    found = json.loads(call("check-claims", "tiny.yaml", "--figures", own, "--json").stdout)
    (flagged,) = found["flagged"]
    assert (flagged["base"], flagged["claimed"], flagged["times"]) == (84, 252, 3)
    changes = {"/".join(row[key] for key in ("region", "sector", "commodity")): row["change"] for row in found["effect"]}
    lost = [change for claim, change in changes.items() if claim != "NLD/packaging/metal"]
    assert len(lost) == 2
    assert max(lost) < 0.0
    taken = changes.get("NLD/packaging/metal", 0.0) + flagged["beyond"]
    assert taken == pytest.approx(-sum(lost)), "one good, one market: what one gets more others get less"


def test_own_supply_that_is_out_of_balance_is_refused_as_ever(own: Path) -> None:
    (own / "demands.csv").unlink()
    result = call("check-claims", "tiny.yaml", "--figures", own)
    assert (result.exit_code, "[A119]" in result.stderr) == (1, True)


def test_it_says_so_in_words(own: Path) -> None:
    told = call("check-claims", "tiny.yaml", "--figures", own).stdout
    assert told.startswith("Classification: confidential\nConcept, no legal force\n")
    assert "Claims above 1.2 times their base" in told
    assert "Claims that lose: 2; that gain: 1." in told
    assert "Aanspraken groter dan 1,2 maal" in call("check-claims", "tiny.yaml", "--figures", own, "--lang", "nl").stdout


def test_below_the_factor_nothing_is_flagged_and_nothing_is_run(own: Path) -> None:
    found = json.loads(call("check-claims", "tiny.yaml", "--figures", own, "--factor", "1.5", "--json").stdout)
    assert (found["flagged"], found["effect"]) == ([], [])
    assert "No claim is above 1.5 times" in call("check-claims", "tiny.yaml", "--figures", own, "--factor", "1.5").stdout


def test_a_claim_without_a_base_is_told_apart(own: Path) -> None:
    grow(own, "demands", {"region": "NLD", "sector": "packaging", "commodity": "metal"}, 84)
    rows = (own / "demands.csv").read_text(encoding="utf-8").replace("NLD,packaging,metal", "NLD,health,metal")
    (own / "demands.csv").write_text(rows.replace("84", "42"), encoding="utf-8")
    found = json.loads(call("check-claims", "tiny.yaml", "--figures", own, "--json").stdout)
    assert found["flagged"] == []
    assert [(row["sector"], row["claimed"]) for row in found["new"]] == [("health", 42)]

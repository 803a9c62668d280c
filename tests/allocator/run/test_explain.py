"""Who is cut, by what and under which rule."""

import pandas as pd
import pytest

from allocator.explain import CUTS, basis_text
from allocator.framework import Basis
from allocator.run import run_scenario
from tests.tiny import tiny_tables, write_tiny

CLAIM = ["region", "sector", "commodity"]


def test_one_row_for_each_claim_that_is_short(finished):
    cuts = finished.explanation.cuts
    total = finished.allocation.allocation.groupby(CLAIM)["shortfall"].sum()
    assert cuts.columns.tolist() == list(CUTS)
    assert set(cuts[CLAIM].itertuples(index=False, name=None)) == set(total[total > 0].index)
    assert cuts.set_index(CLAIM)["shortfall"].to_dict() == pytest.approx(total[total > 0].to_dict())


def test_a_cap_and_a_balance_are_told_apart(finished):
    rows = finished.explanation.cuts.set_index(CLAIM)["binding_row"]
    assert rows["NLD", "health", "liquid"] == "stock[nld_liquid]"
    assert rows["DEU", "packaging", "metal"] == "caps[DEU/packaging/metal]"


def test_rule_and_basis_are_those_of_the_claims_own_tier(finished):
    cut = finished.explanation.cuts.set_index(CLAIM).loc[("NLD", "health", "liquid")]
    assert (cut["tier"], cut["deciding_tier"]) == (1, 1)
    assert cut["rule"] == "tier 1: leximin over period"
    assert cut["legal_basis"] == "none (example)"


@pytest.mark.parametrize(
    ("basis", "text"),
    [
        (Basis(status="none", note="no act yet"), "none (no act yet)"),
        (Basis(status="in_force", act="crma", article="20", in_force="2024-05-23"), "crma article 20, in force from 2024-05-23"),
        (Basis(status="proposed", act="some_act", article="3"), "some_act article 3, proposed"),
    ],
)
def test_a_basis_on_one_line(basis, text):
    assert basis_text(basis) == text


def test_without_a_crisis_nobody_is_cut(tmp_path):
    run = run_scenario(write_tiny(tmp_path), overrides=["framework=tiny"])
    capped = run.explanation.cuts["binding_row"].str.startswith("caps")
    assert capped.all()  # the framework's cap of 0.9 from May on cuts; supply does not


def test_a_claim_that_nothing_reaches_is_listed_apart(tmp_path):
    path = write_tiny(tmp_path)
    demands = tiny_tables()["demands"]
    lost = demands.iloc[[2]].assign(region="POL", annual_quantity=12.0)
    pd.concat([demands, lost]).to_csv(tmp_path / "baseline/tiny/demands.csv", index=False)
    case = _case_without_checks(path)
    from allocator.explain.routes import without_route

    assert without_route(case).to_dict("records") == [{"region": "POL", "sector": "health", "commodity": "liquid"}]


def _case_without_checks(path):
    from allocator.baseline import examine
    from allocator.case import resolve_case
    from allocator.framework import load_framework
    from allocator.scenario import load_scenario

    baseline, _ = examine(path.parent / "baseline" / "tiny")
    return resolve_case(baseline, load_scenario(path), load_framework(path.parent / "frameworks" / "tiny.yaml"))


def test_every_cut_has_a_limit_whose_move_changes_it(finished):
    cuts = finished.explanation.cuts.set_index(CLAIM)
    health = cuts.loc[("NLD", "health", "liquid")]
    assert health["marginal_up"] > 0.0
    assert health["marginal_down"] < 0.0
    reason = finished.explanation.reasons["NLD/health/liquid"]
    assert health["marginal_unit"] == f"coverage per {reason.main.up.step:.6g} t"  # what a reserve held counts once, not a month
    assert reason.main.limit.says == "a reserve cannot release what it does not hold above its floor"
    assert reason.main.up.of(reason.claim) == health["marginal_up"]

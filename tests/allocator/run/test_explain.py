"""Who is cut, by what and under which rule."""

import pandas as pd
import pytest

from allocator.explain import CUTS, basis_text
from allocator.framework import Basis
from allocator.report.language import Language
from allocator.report.reasons import Teller
from allocator.report.view import View
from allocator.run import run_scenario
from tests.allocator.conftest import CRISIS
from tests.tiny import FRAMEWORK, tiny_tables, write_tiny

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


CAPS = """\
caps:
  - {sector: packaging, commodity: metal, share: {2026-01-01: 1, 2026-04-01: 0.4},
     basis: {status: in_force, act: distributiewet, article: "4"}}
  - {sector: packaging, commodity: liquid, region: NLD, share: 0.1, basis: {status: none, note: a notice}}
"""


@pytest.fixture(scope="module")
def capped(tmp_path_factory):
    return run_scenario(write_tiny(tmp_path_factory.mktemp("capped"), CRISIS, FRAMEWORK + CAPS))


def test_who_is_stopped_by_a_cap_is_told_the_cap_and_its_basis(capped):
    """Not how the tier shares: that cuts nothing where the cap stops the claim in every period in which it is short."""
    cut = capped.explanation.cuts.set_index(CLAIM).loc[("POL", "packaging", "metal")]
    assert cut["binding_row"] == "caps[POL/packaging/metal]"
    assert (cut["rule"], cut["legal_basis"]) == ("caps */packaging/metal: cap 0.4", "distributiewet article 4")


def test_who_is_stopped_by_the_cap_of_its_tier_is_told_that(finished):
    cut = finished.explanation.cuts.set_index(CLAIM).loc[("DEU", "packaging", "metal")]
    assert (cut["rule"], cut["legal_basis"]) == ("tier 2: cap 0.9", "none (example)")


def test_who_is_stopped_by_caps_in_some_periods_only_is_told_rule_and_caps(capped):
    reason = capped.explanation.reasons["NLD/packaging/liquid"]
    assert (reason.capped, len(reason.periods)) == (False, 3)
    assert [(one.period, one.tier, one.share) for one in reason.at_cap] == [("2026-03", 2, 0.1)]
    assert reason.rule == "tier 2: leximin over period; caps NLD/packaging/liquid: cap 0.1"
    assert reason.legal_basis == "none (example); none (a notice)"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Rule: at most 40% of the demand may be met. Basis: distributiewet, article 4."),
        ("nl", "Regel: hoogstens 40% van de vraag mag worden gedekt. Grondslag: distributiewet, artikel 4."),
    ],
)
def test_a_reader_is_told_the_cap_in_words(capped, finished, code, said):
    teller = Teller(View(capped, Language(code)))
    assert teller.basis(capped.explanation.reasons["POL/packaging/metal"]).startswith(said)
    of_tier = Teller(View(finished, Language(code))).basis(finished.explanation.reasons["DEU/packaging/metal"])
    assert of_tier.startswith(teller.pick("Rule: class 2 gets at most 90%", "Regel: klasse 2 krijgt hoogstens 90%"))

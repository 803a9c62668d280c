"""The law in the reader's words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from allocator.framework import Basis, load_framework
from allocator.report.language import CODES, Language
from allocator.report.law import basis_words, ground_words
from allocator.report.reasons import Teller
from allocator.report.sections._other_rules import other_rules
from allocator.report.view import View
from allocator.run import Run
from tests.tiny import FRAMEWORK, tiny_case

MORE = """\
caps: [{sector: packaging, region: NLD, share: 0.7, from_level: 3, NONE}]
priority_orders:
  - {id: army, regime: national, region: NLD, sector: defence, commodity: liquid, monthly: 2, from: 2026-01-01, until: 2027-01-01, NONE}
levers: {draw: {emergency_purchase: 2}}
closing: [{up_to: 0.5, marginal_harm: 1}, {up_to: 1, marginal_harm: 2.5}]
tie_break: by_name
bases: {reserves: {status: in_force, act: crma, article: 22}}
"""
SHIPPED = sorted((Path(__file__).parents[3] / "scenarios" / "frameworks").glob("*.yaml"))


def test_a_basis_is_told_in_the_readers_language(finished: Run) -> None:
    views = [View(finished, Language(code)) for code in CODES]
    none = Basis(status="none", note="no act yet", note_nl="nog geen wet")
    cited = Basis(status="proposed", act="crma", article="20")
    plain = Basis(status="none", note="as it stands")
    told = [[basis_words(view, basis) for view in views] for basis in (none, cited, plain)]
    assert told == [
        ["no act yet", "nog geen wet"],
        ["crma, article 20, proposed", "crma, artikel 20, voorgesteld"],
        ["as it stands", "as it stands"],
    ]


def test_every_rule_is_told_with_its_basis_or_that_it_has_none(finished: Run, tmp_path: Path) -> None:
    path = tmp_path / "law.yaml"
    none = "basis: {status: none, note: nobody wrote it}"
    path.write_text(FRAMEWORK + MORE.replace("NONE", none), encoding="utf-8")
    run = replace(finished, framework=load_framework(path))
    told, dutch = ([tuple(row.values()) for row in other_rules(View(run, Language(code)))] for code in CODES)
    assert told == [
        ("Guarantee", "health, liquid: 80% from 1 Jan 2026, before all classes", "example"),
        ("Cap", "NLD, packaging, all materials: at most 70%, from crisis level 3 on, off in this crisis", "nobody wrote it"),
        (
            "Priority order",
            "army, national ranking: NLD, defence, liquid, 2.00 t a month, from 1 Jan 2026 until 1 Jan 2027",
            "nobody wrote it",
        ),
        ("Reserves", "all down to class 1, after the market", "crma, article 22"),
        ("Levers", "Emergency purchase down to class 2", "none stated"),
        ("Demand restraint", "an order from crisis level 2 on", "none stated"),
        ("Crisis levels", "from crisis level 2: release of reserves and demand restraint", "none stated"),
        ("Who stands still", "harm of what a claim misses: 0%-50%: 1; 50%-100%: 2.50", "none stated"),
        ("Tie-break", "what is left open is settled by names, always alike", "none stated"),
    ]
    assert {basis for *_, basis in dutch} == {"example", "nobody wrote it", "crma, artikel 22", "geen genoemd"}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_note_of_a_shipped_framework_has_its_dutch(file: Path) -> None:
    law = load_framework(file)
    rules = [*law.tiers, *law.guarantees, *law.caps, *law.exemptions, *law.overrides]
    assert rules
    assert [rule for rule in rules if rule.basis.note and not rule.basis.note_nl] == []


def test_a_translation_is_another_reading_of_the_same_case(tmp_path: Path) -> None:
    translated = FRAMEWORK.replace("note: example", "note: example, note_nl: voorbeeld")
    assert translated != FRAMEWORK
    plain, dutch = (tiny_case(tmp_path / name, framework=law) for name, law in (("en", FRAMEWORK), ("nl", translated)))
    assert plain.sha256 == dutch.sha256


def test_a_reason_tells_rule_and_basis_in_dutch(finished: Run) -> None:
    view = View(finished, Language("nl"))
    reason = next(iter(finished.explanation.reasons.values()))
    tier = next(tier for tier in finished.framework.tiers if tier.rank == reason.tier)
    assert ground_words(view, tier, reason.claim.split("/")[2]) == "de laagste dekking gaat eerst omhoog, per periode"
    assert "Regel: de laagste dekking gaat eerst omhoog, per periode. Grondslag: example." in Teller(view).basis(reason)

"""Claims that are cut for one reason stand together, each once, in plain words."""

from __future__ import annotations

from dataclasses import replace

from allocator.report.cut_groups import groups
from allocator.report.language import CODES, Language
from allocator.report.view import View
from allocator.run import Run


def test_groups_hold_every_cut_claim_once_and_say_why(finished: Run) -> None:
    reasons = finished.explanation.reasons
    assert reasons
    for code in CODES:
        view = View(finished, Language(code))
        told = groups(view)
        assert 1 <= len(told) <= len(reasons)
        for reason in reasons.values():
            good = view.inside(view.commodity(reason.claim.split("/")[2]))
            assert [one for one in told if good in one["heading"] and str(reason.tier) in one["heading"]], reason.claim


def test_alike_claims_are_told_in_one_group_with_their_sum(finished: Run) -> None:
    claim, reason = next(iter(finished.explanation.reasons.items()))
    region, _, good = claim.split("/")
    twin = replace(reason, claim=f"{region}/exports/{good}")
    binding = reason.main
    if binding and binding.up:
        trial = replace(binding.up, changes={**binding.up.changes, twin.claim: binding.up.of(claim)})
        twin = replace(twin, bindings=(replace(binding, up=trial),))
    explanation = replace(finished.explanation, reasons={claim: reason, twin.claim: twin})
    view = View(replace(finished, explanation=explanation), Language("en"))
    (group,) = groups(view)
    assert f"{view.language.quantity(2.0 * reason.demand, reason.unit)} asked for" in group["sentences"][0]
    assert f"{view.language.quantity(2.0 * reason.allocated, reason.unit)} allocated" in group["sentences"][0]

"""A letter holds no figure of another claim: its numbers are the claimant's own, ranks and dates, and others' figures move nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from allocator.case.standing import standing_of
from allocator.explain import Reason, Remedy, Trial, asked
from allocator.letter import Form, Reference, facts, read_template, render
from allocator.report.language import CODES, Code, Language
from allocator.report.view import View
from allocator.run import Run, run_scenario

REFERENCE = Reference("run", "case", "manifest")
FIGURES = ["demand", "restrained", "allocated", "shortfall"]
#: A number as either language writes it, not a part of a word.
NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d|(?<![\w.,])\d")


def claims(run: Run) -> list[str]:
    rows = run.allocation.allocation[["region", "sector", "commodity"]].drop_duplicates()
    return ["/".join(row) for row in rows.itertuples(index=False)]


def letter(run: Run, claim: str, code: Code, form: Form = Form.text) -> str:
    view = View(run, Language(code, in_full=True))
    told = facts(view, claim, run.explanation.reasons.get(claim), REFERENCE)
    return render(read_template(None, code), told, view.language, form)


@pytest.fixture(scope="session")
def runs(crisis: Path) -> dict[str, Run]:
    """The crisis, a worse one in which reserves lie still, and a milder one; every reason with what would have changed it."""
    settings: dict[str, list[str]] = {
        "as it is": [],
        "no reserve": ["levers.0.commodities=[metal]"],
        "shut": ["disruptions.0.closed=1.0", "disruptions.0.months=6"],
        "mild": ["disruptions.0.closed=0.2"],
    }
    found = {}
    for name, changes in settings.items():
        run = run_scenario(crisis, overrides=changes)
        reasons = {
            claim: asked(reason, run.inquiry, standing_of(run.case, run.framework)) for claim, reason in run.explanation.reasons.items()
        }
        found[name] = replace(run, explanation=replace(run.explanation, reasons=reasons))
    return found


def allowed(run: Run, claim: str, code: Code) -> set[str]:
    """Return every number that a letter may hold, as it writes it."""
    words = Language(code)
    rows = run.allocation.allocation
    own = rows[(rows[["region", "sector", "commodity"]] == claim.split("/")).all(axis=1)]
    own_figures = [*own[FIGURES].to_numpy().ravel().tolist(), *own[FIGURES].sum().tolist()]
    shares = [*own["coverage"].tolist(), 1.0 - own["shortfall"].sum() / own["demand"].sum(), 1.0, 0.0]
    texts = [words.amount(figure) for figure in own_figures] + [words.percent(share) for share in shares]
    reason = run.explanation.reasons.get(claim)
    texts += [words.amount(one.amount) for one in reason.remedies if abs(one.amount / reason.shortfall - 1.0) < 0.01] if reason else []
    ranks = [str(tier.rank) for tier in run.framework.tiers]
    years = [period[:4] for period in run.case.periods["period"]]
    return {number for text in [*texts, *ranks, *years, "256"] for number in NUMBER.findall(text)}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("which", ["as it is", "no reserve", "shut", "mild"])
def test_every_number_is_the_claimants_own(runs: dict[str, Run], which: str, code: Code) -> None:
    run = runs[which]
    assert {len(claims(one)) > 3 for one in runs.values()} == {True}
    for claim in claims(run):
        found = set(NUMBER.findall(letter(run, claim, code)))
        assert found - allowed(run, claim, code) == set(), claim
        assert found & allowed(run, claim, code)


def disguised(run: Run, claim: str) -> Run:
    """Return the run in which every figure of every other claim is another."""
    rows = run.allocation.allocation.copy()
    other = ~(rows[["region", "sector", "commodity"]] == claim.split("/")).all(axis=1)
    rows.loc[other, FIGURES] *= 7.31
    rows.loc[other, "coverage"] *= 0.37
    reasons = {
        name: disguised_reason(reason, claim) if name == claim else replace(reason, shortfall=9.87, coverage=0.123, allocated=6.54)
        for name, reason in run.explanation.reasons.items()
    }
    explanation = replace(run.explanation, reasons=reasons, cuts=run.explanation.cuts.iloc[:0])
    return replace(run, allocation=replace(run.allocation, allocation=rows), explanation=explanation)


def disguised_reason(reason: Reason, claim: str) -> Reason:
    def trial(one: Trial | None) -> Trial | None:
        changes: dict[str, float] = {name: -0.77 * change for name, change in one.changes.items() if name != claim} if one else {}
        return replace(one, step=4.321, changes=changes) if one else None

    bindings = [replace(one, up=trial(one.up), down=trial(one.down), limit=replace(one.limit, size=8.765)) for one in reason.bindings]
    remedies = [replace(one, reached=0.678, trial=trial(one.trial)) for one in reason.remedies]
    return replace(reason, bindings=tuple(bindings), remedies=tuple(remedies), holders=(), inputs=(), lowest=0.111)


@pytest.mark.parametrize("form", Form)
def test_figures_of_others_move_nothing(runs: dict[str, Run], form: Form) -> None:
    cut = 0
    for run in runs.values():
        for claim in claims(run):
            assert letter(run, claim, "nl", form) == letter(disguised(run, claim), claim, "nl", form)
            cut += claim in run.explanation.reasons
    assert cut > 5


def strings(value: Any) -> Iterator[object]:
    """Yield what a template can reach in its facts."""
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from strings(one)
    else:
        yield value


def test_a_template_sees_words_and_nothing_to_reach_further_through(finished: Run) -> None:
    for claim in claims(finished):
        told = facts(View(finished, Language("en")), claim, finished.explanation.reasons.get(claim), REFERENCE)
        assert {type(one) for one in strings(told)} <= {str, int, bool}


def remedy(kind: str, suffices: bool, amount: float) -> Remedy:
    return Remedy(kind, 1.0, suffices, amount, 1.0, Trial(amount, {}))


def test_what_would_have_sufficed_is_told_only_where_it_is_what_the_claim_misses(finished: Run) -> None:
    claim, reason = next(iter(finished.explanation.reasons.items()))
    view = View(finished, Language("en"))

    def told(*remedies: Remedy) -> list[str]:
        return [one["amount"] for one in facts(view, claim, replace(reason, remedies=remedies), REFERENCE)["changes"]]

    near, shared = remedy("supply", True, 1.005 * reason.shortfall), remedy("supply", True, 1.4 * reason.shortfall)
    assert told(near) == [view.language.quantity(1.005 * reason.shortfall, reason.unit)]
    assert told(shared, remedy("supply", False, reason.shortfall)) == ["", ""]
    assert told(remedy("guarantee", True, 0.637)) == ["100%"], "the least guarantee that suffices depends on others"

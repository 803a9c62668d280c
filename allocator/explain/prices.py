"""What each rule of a framework costs whom, and the least change of the framework that gives a claim its minimum.

A rule's price is what the whole ranked problem, solved again without it, gives to whom and takes from whom. Of changes that give a claim
its minimum, the least is the one after which all other claims stand best as the framework itself compares: class by class from the first
on, in each the lowest coverage first. Nothing is weighed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from allocator.errors import InvalidInput
from allocator.explain.model import Remedy, Trial
from allocator.explain.question import Outcome, Question
from allocator.explain.relaxed import KINDS, Relaxation, relaxations
from allocator.explain.remedies import SHORT_OF

RULES = (
    *("rule", "place", "name", "says", "legal_basis"),
    *("region", "sector", "commodity", "tier", "coverage", "coverage_without", "change"),
)
#: Coverages are compared up to this many decimals.
COMPARED = 6
#: Kinds of remedies that are changes of the framework.
OF_FRAMEWORK = ("guarantee", "rank", "cap")

#: Told what is tried, and which of how many.
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Price:
    """What a rule costs.

    Attributes:
        relaxation: the rule.
        outcome: what claims get without it; None where the rest cannot be resolved without it.
        changes: of coverage over the horizon without it, by claim; claims that do not change are left out.
        refused: why it cannot be left out; else empty.
    """

    relaxation: Relaxation
    outcome: Outcome | None
    changes: Mapping[str, float]
    refused: str = ""

    @property
    def gains(self) -> dict[str, float]:
        """Who would have more without the rule, the most first: from whom it takes."""
        return _sorted({claim: change for claim, change in self.changes.items() if change > 0.0})

    @property
    def losses(self) -> dict[str, float]:
        """Who would have less without the rule, the most first: to whom it gives."""
        return _sorted({claim: change for claim, change in self.changes.items() if change < 0.0})


@dataclass(frozen=True)
class Change:
    """A change of the framework that gives a claim its minimum, confirmed by solving again as it is told.

    Attributes:
        kind: that of a `Relaxation`, or ``guarantee_of_claim``, ``rank_of_claim``, ``cap_of_claim``: a new rule for the claim itself.
        relaxation: the rule that is relaxed; None for a new rule.
        amount: the share (of a guarantee, cap or floor) or the rank that suffices; nan where the rule has no size and is left out.
        reached: lowest coverage of the claim in a period, once it is done.
        trial: whom it gives and takes.
    """

    kind: str
    relaxation: Relaxation | None
    amount: float
    reached: float
    trial: Trial


def prices(question: Question, tell: Tell = lambda _number, _of: None) -> list[Price]:
    """Return what every rule of the framework costs, in the order of `KINDS`; `tell` hears which of how many is tried."""
    rules = relaxations(question)
    found = []
    for number, rule in enumerate(rules, 1):
        tell(number, len(rules))
        found.append(priced(question, rule))
    return sorted(found, key=lambda one: KINDS.index(one.relaxation.kind))


def priced(question: Question, rule: Relaxation) -> Price:
    """Return what one rule costs."""
    try:
        outcome = _without(question, rule, 1.0)
    except InvalidInput as error:
        return Price(rule, None, {}, error.findings[0].message)
    return Price(rule, outcome, question.outcome.changes_to(outcome))


def price_of_guard(question: Question) -> Price | None:
    """Return what it costs that no member is worse off by sharing; None where nothing guards that."""
    return next((priced(question, rule) for rule in relaxations(question) if rule.kind == "guard"), None)


def _without(question: Question, rule: Relaxation, part: float) -> Outcome:
    world = rule.relaxed(part)
    return question.asked(baseline=world.baseline, framework=world.framework)


def price_table(question: Question, found: Iterable[Price]) -> pd.DataFrame:
    """Return the columns `RULES`: a row for each rule and claim that would have more or less without it, and one for a rule without any."""
    base = question.outcome.coverage
    rows = []
    for price in found:
        rule = price.relaxation
        told = (rule.kind, rule.path, rule.name, rule.rule, rule.legal_basis)
        for claim, change in {**price.gains, **price.losses}.items():
            coverage = float(base[claim])
            rows.append((*told, *claim.split("/"), int(question.tiers[claim]), coverage, coverage + change, change))
        if not price.changes:
            rows.append((*told, "", "", "", None, None, None, None))
    table = pd.DataFrame(rows, columns=list(RULES))
    return table.astype({"tier": "Int64", "coverage": "float64", "coverage_without": "float64", "change": "float64"})


def least_changes(
    question: Question,
    claim: str,
    target: float,
    found: Iterable[Price],
    remedies: Sequence[Remedy],
    tell: Tell = lambda _number, _of: None,
) -> list[Change]:
    """Return the changes of the framework that give a claim coverage `target` in every period, the least first.

    Args:
        question: what was asked.
        claim: region/sector/commodity.
        target: coverage in every period.
        found: the prices of the rules: those without which the claim reaches it are relaxed as little as suffices.
        remedies: what was found for the claim itself: those that are changes of the framework count too.
        tell: hears which of how many rules is tried.

    None where the claim has it already.
    """
    if _reaches(question.outcome, claim, target):
        return []
    enough = [price for price in found if price.outcome is not None and _reaches(price.outcome, claim, target)]
    changes = [
        Change(f"{one.kind}_of_claim", None, one.amount, one.reached, one.trial)
        for one in remedies
        if one.kind in OF_FRAMEWORK and one.suffices and one.target == target
    ]
    for number, price in enumerate(enough, 1):
        tell(number, len(enough))
        changes.append(_least(question, claim, target, price))
    return sorted(
        changes, key=lambda one: (burden(question, claim, one.trial.changes), one.kind, str(one.relaxation and one.relaxation.path))
    )


def burden(question: Question, claim: str, changes: Mapping[str, float]) -> tuple[float, ...]:
    """Return what makes one change of the framework less than another: class by class, what all others miss, the most first."""
    after = question.outcome.coverage.add(pd.Series(changes, dtype="float64"), fill_value=0.0).drop(claim)
    missed = (1.0 - after).round(COMPARED)
    rank = question.tiers.reindex(after.index)
    order = pd.DataFrame({"rank": rank, "missed": missed}).sort_values(["rank", "missed"], ascending=[True, False])
    return tuple(order["missed"].tolist())


def _least(question: Question, claim: str, target: float, price: Price) -> Change:
    """Return the fewest whole percentages by which a rule was found to suffice when it is relaxed; all of it where it has no size."""
    rule = price.relaxation
    assert price.outcome is not None  # noqa: S101 - the caller saw that it suffices
    shares, outcome = rule.steps(), price.outcome
    low, high = -1, len(shares) - 1
    while high - low > 1:
        middle = (low + high) // 2
        tried = _without(question, rule, rule.part_at(shares[middle]))
        if _reaches(tried, claim, target):
            high, outcome = middle, tried
        else:
            low = middle
    amount = shares[high] if shares else float("nan")
    part = rule.part_at(amount) if shares else 1.0
    return Change(rule.kind, rule, amount, float(outcome.lowest[claim]), Trial(part, question.outcome.changes_to(outcome)))


def _reaches(outcome: Outcome, claim: str, target: float) -> bool:
    return bool(outcome.lowest.get(claim, 0.0) >= target - SHORT_OF)


def _sorted(changes: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(changes.items(), key=lambda one: (-abs(one[1]), one[0])))

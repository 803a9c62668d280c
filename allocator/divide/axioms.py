"""What the rules keep to: every axiom tried on thousands of small problems, with the smallest one that breaks it.

A search proves no axiom, but one problem disproves it. Problems are made of small whole numbers from a fixed seed and tried from the
smallest on, so that what is found can be worked out by hand. What a rule needs besides claims is drawn along with them.

Source of the axioms: Thomson (2003), Axiomatic and game-theoretic analysis of bankruptcy and taxation problems: a survey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np

from allocator.divide.division import divide
from allocator.divide.rules import RULES, RuleDoesNotApplyError, needs
from allocator.registry import Registry

#: How many problems are drawn for each rule.
PROBLEMS = 2000
SEED = 1974
#: Figures that differ by less are the same.
SAME = 1e-9
WIDTH = 2.0
#: Greatest claim that is drawn; the treaty jumps at a loss of 12 per cent, which only larger numbers come near.
GREATEST, GREATEST_OF = 10, {"treaty": 30}
#: What is drawn for a column: least and greatest.
DRAWN = {"weight": (1, 3), "priority": (0, 4), "net_imports": (-2, 9)}

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Problem:
    """A problem of division: as many numbers in each column as there are claims."""

    rule: str
    claims: Numbers
    estate: float
    columns: tuple[tuple[str, Numbers], ...] = ()

    @property
    def awards(self) -> Numbers:
        """What each gets; empty where the rule does not apply."""
        return _awards(self)

    @property
    def people(self) -> range:
        """Positions of the claimants."""
        return range(len(self.claims))

    def of(self, kept: list[int], estate: float) -> Problem:
        """Return the problem of some of the claimants alone."""

        def some(values: Numbers) -> Numbers:
            return tuple(values[one] for one in kept)

        return replace(self, claims=some(self.claims), estate=estate, columns=tuple((name, some(values)) for name, values in self.columns))

    def alike(self, one: int, other: int) -> bool:
        """Whether two claimants differ in nothing but, perhaps, their claims."""
        return all(values[one] == values[other] for _, values in self.columns)

    def merged(self, one: int, other: int) -> Problem:
        """Return the problem in which two act as one, in the place of the first: claims, weights and imports add up."""

        def together(name: str, values: Numbers) -> Numbers:
            both = values[one] if name == "priority" else values[one] + values[other]
            return tuple(both if place == one else value for place, value in enumerate(values) if place != other)

        columns = tuple((name, together(name, values)) for name, values in self.columns)
        return replace(self, claims=together("claim", self.claims), columns=columns)

    def __str__(self) -> str:
        besides = "".join(f"; {name} {_listed(values)}" for name, values in self.columns)
        return f"claims {_listed(self.claims)}{besides}; estate {self.estate:g}"


@dataclass(frozen=True)
class Verdict:
    """What a search found.

    Attributes:
        searched: problems to which the axiom applies and that were tried.
        broken: the smallest of them that breaks it, in words; empty: none.
    """

    searched: int
    broken: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.broken

    def __str__(self) -> str:
        return f"holds in {self.searched} searched" if self.holds else self.broken


#: An axiom says of a problem, once for every way in which it applies, nothing where it holds and how it is broken where it is not.
Axiom = Callable[[Problem], Iterator[str]]
AXIOMS: Registry[Axiom] = Registry("axiom")


def axiom_table(problems: int = PROBLEMS) -> dict[str, dict[str, Verdict]]:
    """Return what the search finds for every axiom (in words) and rule (by name)."""
    drawn = {rule: drawn_problems(rule, problems) for rule in RULES}
    return {name.replace("_", " "): {rule: _searched(axiom, drawn[rule]) for rule in RULES} for name, axiom in AXIOMS.items()}


def drawn_problems(rule: str, count: int) -> list[Problem]:
    """Return different problems of two to four claimants, from the smallest on; those to which the rule does not apply are left out."""
    random = np.random.default_rng(SEED)
    found: set[Problem] = set()
    greatest = GREATEST_OF.get(rule, GREATEST)
    while len(found) < count:
        size = int(random.integers(2, 5))
        claims = tuple(float(claim) for claim in random.integers(1, greatest + 1, size))
        estate = float(random.integers(1, int(sum(claims))))
        drawn = ((name, random.integers(DRAWN[name][0], DRAWN[name][1] + 1, size).tolist()) for name in needs(rule) if name in DRAWN)
        problem = Problem(rule, claims, estate, tuple((name, tuple(map(float, values))) for name, values in drawn))
        if problem.awards:
            found.add(problem)
    return sorted(found, key=lambda one: (len(one.claims), sum(one.claims), one.estate, one.claims, one.columns))


def _searched(axiom: Axiom, problems: list[Problem]) -> Verdict:
    searched = 0
    for problem in problems:
        says = list(axiom(problem))
        searched += bool(says)
        broken = next(filter(None, says), "")
        if broken:
            return Verdict(searched, f"{problem}: {broken}")
    return Verdict(searched)


@cache
def _awards(problem: Problem) -> Numbers:
    needed: dict[str, np.ndarray | float] = {name: np.array(values) for name, values in problem.columns}
    if "width" in needs(problem.rule):
        needed["width"] = WIDTH
    try:
        return tuple(divide(problem.rule, np.array(problem.claims), problem.estate, **needed).tolist())
    except RuleDoesNotApplyError:
        return ()


def _listed(values: Numbers) -> str:
    return ", ".join(f"{value + 0.0:.4g}" for value in values)


def _unless(holds: bool, problem: Problem, *more: str) -> str:
    return "" if holds else "; ".join([f"awards {_listed(problem.awards)}", *more])


def _then(what: str, numbers: Numbers) -> str:
    return f"{what} {_listed(numbers)}"


def _equal(some: Numbers, others: Numbers) -> bool:
    return all(abs(one - other) <= SAME for one, other in zip(some, others, strict=True))


def _pairs(problem: Problem) -> Iterator[tuple[int, int]]:
    return combinations(problem.people, 2)


# ---- the axioms ----------------------------------------------------------------------------------------------------------------------
@AXIOMS.register("equal_treatment")
def equal_treatment(problem: Problem) -> Iterator[str]:
    """Claimants who differ in nothing get the same."""
    for one, other in _pairs(problem):
        if problem.claims[one] == problem.claims[other] and problem.alike(one, other):
            yield _unless(abs(problem.awards[one] - problem.awards[other]) <= SAME, problem)


@AXIOMS.register("order_of_awards")
def order_of_awards(problem: Problem) -> Iterator[str]:
    """Who claims more gets no less."""
    for one, other in _pairs(problem):
        low, high = sorted((one, other), key=lambda person: problem.claims[person])
        if problem.claims[low] < problem.claims[high]:
            yield _unless(problem.awards[low] <= problem.awards[high] + SAME, problem)


@AXIOMS.register("order_of_losses")
def order_of_losses(problem: Problem) -> Iterator[str]:
    """Who claims more loses no less."""
    lost = tuple(claim - award for claim, award in zip(problem.claims, problem.awards, strict=True))
    for one, other in _pairs(problem):
        low, high = sorted((one, other), key=lambda person: problem.claims[person])
        if problem.claims[low] < problem.claims[high]:
            yield _unless(lost[low] <= lost[high] + SAME, problem, _then("losses", lost))


@AXIOMS.register("resource_monotonicity")
def resource_monotonicity(problem: Problem) -> Iterator[str]:
    """With more to divide nobody gets less."""
    more = replace(problem, estate=problem.estate + 1.0)
    if more.awards and more.estate <= sum(problem.claims):
        holds = all(before <= after + SAME for before, after in zip(problem.awards, more.awards, strict=True))
        yield _unless(holds, problem, _then(f"with estate {more.estate:g}", more.awards))


@AXIOMS.register("claims_monotonicity")
def claims_monotonicity(problem: Problem) -> Iterator[str]:
    """Who claims more than before gets no less than before."""
    for person in problem.people:
        claims = tuple(claim + (place == person) for place, claim in enumerate(problem.claims))
        more = replace(problem, claims=claims)
        if more.awards:
            holds = more.awards[person] >= problem.awards[person] - SAME
            yield _unless(holds, problem, _then(f"with claims {_listed(claims)}", more.awards))


@AXIOMS.register("population_monotonicity")
def population_monotonicity(problem: Problem) -> Iterator[str]:
    """When one withdraws, nobody else gets less."""
    for person in problem.people:
        kept = [other for other in problem.people if other != person]
        fewer = problem.of(kept, problem.estate)
        if fewer.awards:
            holds = all(fewer.awards[place] >= problem.awards[other] - SAME for place, other in enumerate(kept))
            yield _unless(holds, problem, _then(f"without claimant {person + 1}", fewer.awards))


@AXIOMS.register("consistency")
def consistency(problem: Problem) -> Iterator[str]:
    """When one leaves with their award and the rest is divided again, nobody else gets another award."""
    for person in problem.people:
        kept = [other for other in problem.people if other != person]
        again = problem.of(kept, sum(problem.awards[other] for other in kept))
        if again.awards:
            holds = _equal(again.awards, tuple(problem.awards[other] for other in kept))
            yield _unless(holds, problem, _then(f"after claimant {person + 1} has left", again.awards))


@AXIOMS.register("claims_truncation_invariance")
def claims_truncation_invariance(problem: Problem) -> Iterator[str]:
    """To claim more than there is changes nothing."""
    cut = replace(problem, claims=tuple(min(claim, problem.estate) for claim in problem.claims))
    if cut.claims != problem.claims and cut.awards:
        yield _unless(_equal(cut.awards, problem.awards), problem, _then("truncated", cut.awards))


@AXIOMS.register("minimal_rights_first")
def minimal_rights_first(problem: Problem) -> Iterator[str]:
    """It makes no difference to hand out first what all others would leave to each."""
    rights = tuple(max(problem.estate - sum(problem.claims) + claim, 0.0) for claim in problem.claims)
    claims = tuple(claim - right for claim, right in zip(problem.claims, rights, strict=True))
    rest = replace(problem, claims=claims, estate=problem.estate - sum(rights))
    if any(rights) and rest.awards:
        both = tuple(right + award for right, award in zip(rights, rest.awards, strict=True))
        yield _unless(_equal(both, problem.awards), problem, _then("with minimal rights first", both))


@AXIOMS.register("composition_down")
def composition_down(problem: Problem) -> Iterator[str]:
    """When there turns out to be less, it makes no difference whether claims or earlier awards are divided."""
    less = replace(problem, estate=problem.estate - 1.0)
    again = replace(problem, claims=problem.awards, estate=less.estate)
    if less.awards and again.awards:
        yield _unless(_equal(less.awards, again.awards), problem, _then("one less", less.awards), _then("from the awards", again.awards))


@AXIOMS.register("composition_up")
def composition_up(problem: Problem) -> Iterator[str]:
    """When there turns out to be more, it makes no difference whether all is divided anew or only what came on top."""
    more = replace(problem, estate=problem.estate + 1.0)
    rest = tuple(claim - award for claim, award in zip(problem.claims, problem.awards, strict=True))
    top = replace(problem, claims=rest, estate=1.0)
    if more.estate <= sum(problem.claims) and more.awards and top.awards:
        both = tuple(award + added for award, added in zip(problem.awards, top.awards, strict=True))
        yield _unless(_equal(more.awards, both), problem, _then("one more", more.awards), _then("on top", both))


@AXIOMS.register("self_duality")
def self_duality(problem: Problem) -> Iterator[str]:
    """What is there is divided as what is missing."""
    missing = replace(problem, estate=sum(problem.claims) - problem.estate)
    if missing.awards:
        dual = tuple(claim - award for claim, award in zip(problem.claims, missing.awards, strict=True))
        yield _unless(_equal(dual, problem.awards), problem, _then("by dividing the losses", dual))


@AXIOMS.register("no_advantage_by_merging")
def no_advantage_by_merging(problem: Problem) -> Iterator[str]:
    """Two who act as one do not get more together."""
    yield from _merging(problem, more=True)


@AXIOMS.register("no_advantage_by_splitting")
def no_advantage_by_splitting(problem: Problem) -> Iterator[str]:
    """One who acts as two does not get more."""
    yield from _merging(problem, more=False)


def _merging(problem: Problem, more: bool) -> Iterator[str]:
    for one, other in _pairs(problem) if len(problem.claims) > 2 else ():
        joint = problem.merged(one, other)
        if joint.awards and ("priority" not in dict(problem.columns) or problem.alike(one, other)):
            together, apart = joint.awards[one], problem.awards[one] + problem.awards[other]
            holds = together <= apart + SAME if more else apart <= together + SAME
            yield _unless(holds, problem, _then(f"claimants {one + 1} and {other + 1} as one", joint.awards))

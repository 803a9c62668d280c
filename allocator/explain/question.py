"""The files of a run, ready to be asked another question: resolved again with something changed, and solved again in strict rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from allocator.allocation import Allocation, decode
from allocator.baseline import Baseline
from allocator.case import Case, resolve_case
from allocator.case.model import CASE_COLUMNS
from allocator.compile import compile_instance
from allocator.deliveries import Deliveries
from allocator.explain.inquiry import DECIMALS, Inquiry
from allocator.explain.model import UNMOVED
from allocator.framework import Framework
from allocator.scenario import Lever, Scenario
from allocator.scenario.levers._base import lever_names
from allocator.solve import Solution
from allocator.solve.parts import Partition
from allocator_models import Instance, formulate, lower
from allocator_models.kept import Kept

#: Tables of larger problems are not kept from one question to the next: there they fill the memory, and solving takes the time.
KEPT_COLUMNS = 200_000


@dataclass(frozen=True)
class Outcome:
    """What claims get, by name.

    Attributes:
        coverage, lowest: over the horizon, and in the worst period of it.
        lacking: the most by which the coverage of a period falls short of the guarantee then; claims without one are left out.
    """

    coverage: pd.Series
    lowest: pd.Series
    lacking: pd.Series

    def changes_to(self, other: Outcome) -> dict[str, float]:
        """Return by how much coverage differs in another outcome, of claims in both whose it does."""
        change = (other.coverage.reindex(self.coverage.index) - self.coverage).dropna()
        return {str(name): round(float(value), DECIMALS) for name, value in change.items() if abs(value) > UNMOVED}


@dataclass(frozen=True)
class Question:
    """What was asked: the files that a case was resolved from, and its answer."""

    baseline: Baseline
    scenario: Scenario
    framework: Framework
    deliveries: Deliveries
    case: Case
    allocation: Allocation
    inquiry: Inquiry

    @property
    def levers(self) -> Mapping[str, Lever]:
        """The levers of the scenario by name."""
        return dict(zip(lever_names(self.scenario.levers), self.scenario.levers, strict=True))

    @cached_property
    def kept(self) -> Kept | None:
        """What questions share; None where the problem is large."""
        return Kept() if self.inquiry.resolver.solution.columns <= KEPT_COLUMNS else None

    @cached_property
    def outcome(self) -> Outcome:
        """The answer."""
        return outcome_of(self.inquiry.instance, self.inquiry.resolver.solution)

    @cached_property
    def tiers(self) -> pd.Series:
        """The class of each claim, by name."""
        claims = self.case.claims
        return pd.Series(claims["tier"].to_numpy(), index=claims["region"] + "/" + claims["sector"] + "/" + claims["commodity"])

    def asked(self, baseline: Baseline | None = None, scenario: Scenario | None = None, framework: Framework | None = None) -> Outcome:
        """Return what claims get with other files in the place of some.

        Raises:
            InvalidInput: they cannot be resolved together.
        """
        files = baseline or self.baseline, scenario or self.scenario, framework or self.framework, self.deliveries
        case = resolve_case(*files, self.kept)
        return self._answer(case)[0]

    def with_levers(self, levers: Iterable[Lever]) -> tuple[pd.Series, Case, Allocation]:
        """Return the coverage over the horizon of every claim, by name, with other levers in the scenario; and that case and its plan."""
        scenario = self.scenario.model_copy(update={"levers": tuple(levers)})
        case = resolve_case(self.baseline, scenario, self.framework, self.deliveries, self.kept)
        outcome, instance, solution = self._answer(case)
        same = solution is self.inquiry.resolver.solution
        return outcome.coverage, case, self.allocation if same else decode(case, instance, solution, self.kept)

    def _answer(self, case: Case) -> tuple[Outcome, Instance, Solution]:
        if case.sharing == self.case.sharing and all(getattr(case, name).equals(getattr(self.case, name)) for name in CASE_COLUMNS):
            return self.outcome, self.inquiry.instance, self.inquiry.resolver.solution
        instance = compile_instance(case, self.kept)
        solution = self.inquiry.solved(Partition(lower(formulate(instance, self.kept), self.kept), instance, self.kept))
        return outcome_of(instance, solution), instance, solution


def outcome_of(instance: Instance, solution: Solution) -> Outcome:
    """Return what claims get in a solution."""
    cells = solution.values["shortfall"].merge(instance.cells[["claim", "node", "demand", "guarantee"]], on=["claim", "node"])
    nodes = instance.nodes.set_index("node")
    cells = cells[cells["node"].map(nodes["horizon"]).astype(bool)]
    weight = cells["node"].map(nodes["probability"])
    by = cells["claim"].map(instance.claims["name"])
    coverage: pd.Series = 1.0 - (cells["value"] * weight).groupby(by).sum() / (cells["demand"] * weight).groupby(by).sum()
    met = 1.0 - cells["value"] / cells["demand"]
    lacking = (cells["guarantee"] - met)[cells["guarantee"] > 0.0].groupby(by).max()
    return Outcome(coverage, met.groupby(by).min(), lacking)

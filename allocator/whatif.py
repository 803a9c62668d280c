"""A what-if session: one scenario kept ready, its settings changed, and only what a change touches solved again.

A setting that changes numbers changes bounds, right-hand sides, coefficients and costs of some parts of the problem, found by comparing
arrays; all other parts keep the plan of the opened scenario. A touched part is solved stage by stage from the bases of the opened scenario,
never from those of the last change, so the answer does not depend on the way to it. A part that the opened scenario does not have in the
same form is built and solved anew, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from allocator.allocation import Allocation, decode
from allocator.baseline import Baseline, load_baseline
from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.framework import Framework
from allocator.inputs import read_inputs, scenario_file
from allocator.overrides import apply_overrides
from allocator.scenario import Scenario
from allocator.scenario.load import baseline_path, scenario_of, scenario_source
from allocator.solve import Control, Resolver, Solution
from allocator.solve.parts import Partition
from allocator_models import Instance, formulate, lower
from allocator_models.kept import Kept


@dataclass(frozen=True)
class Answer:
    """The certified answer to one state of the settings.

    Attributes:
        overrides: settings ``path=value`` laid over the scenario.
        scenario: as read with them.
        case: what it means.
        instance: what is solved.
        solution: certified; its stages cover all parts.
        allocation: in the units of the case.
        parts: how many independent parts the problem has.
        touched: how many of them had to be solved.
        rebuilt: how many of those have a form that the opened scenario does not have.
        seconds: wall clock of the phases build, solve and decode.
    """

    overrides: tuple[str, ...]
    scenario: Scenario
    case: Case
    instance: Instance
    solution: Solution
    allocation: Allocation
    parts: int
    touched: int
    rebuilt: int
    seconds: Mapping[str, float]


class WhatIf:
    """A session over one scenario and one framework; its methods may be called from several threads."""

    def __init__(
        self,
        path: Path | str,
        framework: str | None = None,
        overrides: Sequence[str] = (),
        control: Control | None = None,
        figures: Path | None = None,
    ) -> None:
        """Open a scenario and solve it.

        Args:
            path: the scenario file, or the id of a shipped scenario.
            framework: id or path of a framework that replaces the scenario's own.
            overrides: settings that hold in the whole session.
            control: told what is being solved, and stops it.
            figures: a folder of own figures, laid over the baseline.

        Raises:
            InvalidInput: the scenario, its framework or baseline cannot be used.
            NotCertified: a certificate failed.
            SolverStopped: the solver ended without an answer.
            Cancelled: `control` was cancelled.
        """
        file, self._settings, self._figures = scenario_file(path), tuple(overrides), figures
        inputs = read_inputs(file, framework, self._settings, figures)
        self._source = scenario_source(file)
        self._framework = inputs.framework
        self._baselines = {baseline_path(inputs.scenario.source): inputs.baseline}
        self._resolver: Resolver | None = None
        self._kept = Kept()
        self.opened = self._answer((), control or Control(), inputs.framework)

    def change(self, overrides: Sequence[str], control: Control | None = None, framework: Framework | None = None) -> Answer:
        """Return the answer under settings ``path=value`` laid over the opened scenario; they do not add up over calls.

        Args:
            overrides: the settings.
            control: told what is being solved, and stops it.
            framework: in the place of the opened one.

        Raises:
            InvalidInput: the settings cannot be used.
            NotCertified: a certificate failed.
            SolverStopped: the solver ended without an answer.
            Cancelled: `control` was cancelled.
        """
        return self._answer(tuple(overrides), control or Control(), framework or self._framework)

    def _answer(self, overrides: tuple[str, ...], control: Control, framework: Framework) -> Answer:
        began = perf_counter()
        scenario = scenario_of(apply_overrides(self._source, (*self._settings, *overrides)))
        case = resolve_case(self._baseline(scenario), scenario, framework, kept=self._kept)
        control.check()
        instance = compile_instance(case, self._kept)
        partition = Partition(lower(formulate(instance, self._kept), self._kept), instance, self._kept)
        control.check()
        built = perf_counter()
        if self._resolver is None:
            self._resolver = Resolver(partition, control)
            solution, touched, rebuilt = self._resolver.solution, len(partition), 0
        else:
            found = self._resolver.solve(partition, control)
            solution, touched, rebuilt = found.solution, found.touched, found.rebuilt
        done = perf_counter()
        allocation = decode(case, instance, solution, self._kept)
        return Answer(
            overrides,
            scenario,
            case,
            instance,
            solution,
            allocation,
            len(partition),
            touched,
            rebuilt,
            {"build": built - began, "solve": done - built, "decode": perf_counter() - done},
        )

    def _baseline(self, scenario: Scenario) -> Baseline:
        path = baseline_path(scenario.source)
        if path not in self._baselines:
            self._baselines[path] = load_baseline(path, self._figures)
        return self._baselines[path]

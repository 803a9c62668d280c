"""A what-if session: one scenario kept ready, its settings changed, and only what a change touches solved again.

A setting that changes numbers changes bounds, right-hand sides, coefficients and costs of some parts of the problem, found by comparing
arrays; all other parts keep the plan of the opened scenario. A touched part is solved stage by stage from the bases of the opened scenario,
never from those of the last change, so the answer does not depend on the way to it. A part that the opened scenario does not have in the
same form is built and solved anew, and the answer says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from time import perf_counter

import numpy as np

from allocator.allocation import Allocation, decode
from allocator.baseline import Baseline, load_baseline
from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.inputs import read_inputs, scenario_file
from allocator.scenario import Scenario, load_scenario
from allocator.scenario.load import baseline_path
from allocator.solve import Control, Solution
from allocator.solve.highs import Basis
from allocator.solve.parts import Component, Partition
from allocator.solve.programs import Place
from allocator.solve.ranked import SolvedPart, joined, solve_parts
from allocator_models import Instance, formulate, lower

#: Parts whose plans are remembered, so that going back and forth costs nothing.
REMEMBERED = 2000


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
        self._path, self._settings, self._figures = scenario_file(path), tuple(overrides), figures
        inputs = read_inputs(self._path, framework, self._settings, figures)
        self._framework = inputs.framework
        self._baselines = {baseline_path(inputs.scenario.source): inputs.baseline}
        self._references: dict[bytes, Mapping[Place, Basis]] = {}
        self._plans: OrderedDict[bytes, SolvedPart] = OrderedDict()
        self._lock = Lock()
        self._opened: Partition
        self._opened_plans: list[SolvedPart]
        self.opened = self._answer((), control or Control(), keep=True)

    def change(self, overrides: Sequence[str], control: Control | None = None) -> Answer:
        """Return the answer under settings ``path=value`` laid over the opened scenario; they do not add up over calls.

        Raises:
            InvalidInput: the settings cannot be used.
            NotCertified: a certificate failed.
            SolverStopped: the solver ended without an answer.
            Cancelled: `control` was cancelled.
        """
        return self._answer(tuple(overrides), control or Control(), keep=False)

    def _answer(self, overrides: tuple[str, ...], control: Control, *, keep: bool) -> Answer:
        began = perf_counter()
        scenario = load_scenario(self._path, (*self._settings, *overrides))
        case = resolve_case(self._baseline(scenario), scenario, self._framework)
        control.check()
        instance = compile_instance(case)
        partition = Partition(lower(formulate(instance)), instance)
        control.check()
        changed = None if keep else partition.changed_since(self._opened)
        parts = {int(number): partition.part(number) for number in (range(len(partition)) if changed is None else changed)}
        marks = {number: _mark(part) for number, part in parts.items()}
        forms = {number: _form(part) for number, part in parts.items()}
        built = perf_counter()
        with self._lock:
            plans = {number: self._plans[mark] for number, mark in marks.items() if mark in self._plans}
        new = [number for number in parts if number not in plans]
        references = {place: self._references[forms[number]] for place, number in enumerate(new) if forms[number] in self._references}
        plans |= dict(zip(new, solve_parts([parts[number] for number in new], control, references, keep), strict=True))
        if keep:
            self._opened, self._opened_plans = partition, [plans[number] for number in parts]
            self._references = {forms[number]: plans[number].bases for number in parts}
        self._remember({marks[number]: plans[number] for number in parts})
        solution = joined(partition, [plans[number] if number in plans else self._opened_plans[number] for number in range(len(partition))])
        done = perf_counter()
        allocation = decode(case, instance, solution)
        return Answer(
            overrides,
            scenario,
            case,
            instance,
            solution,
            allocation,
            len(partition),
            len(new),
            0 if keep else len(new) - len(references),
            {"build": built - began, "solve": done - built, "decode": perf_counter() - done},
        )

    def _baseline(self, scenario: Scenario) -> Baseline:
        path = baseline_path(scenario.source)
        if path not in self._baselines:
            self._baselines[path] = load_baseline(path, self._figures)
        return self._baselines[path]

    def _remember(self, plans: Mapping[bytes, SolvedPart]) -> None:
        with self._lock:
            self._plans |= plans
            for mark in plans:
                self._plans.move_to_end(mark)
            while len(self._plans) > REMEMBERED:
                self._plans.popitem(last=False)


def _form(part: Component) -> bytes:
    """Return a digest of which columns and rows a part has and how they are linked."""
    digest = blake2b(part.names(0).tobytes(), digest_size=16)
    for indices in (part.face.matrix.indptr, part.face.matrix.indices):
        digest.update(np.asarray(indices, dtype=np.int64).tobytes())
    return digest.digest()


def _mark(part: Component) -> bytes:
    """Return a digest of everything a part is solved from."""
    digest = blake2b(_form(part), digest_size=16)
    face = part.face
    for numbers in (face.matrix.data, face.row_lower, face.row_upper, face.lower, face.upper, *part.goals.values()):
        digest.update(np.asarray(numbers, dtype=np.float64).tobytes())
    for table in (part.cells, part.missed, part.harmed, part.restrained, part.draws, part.dispatched):
        numbers = table.select_dtypes(["number", "bool"]).drop(columns="position").astype("float64")
        digest.update(",".join(numbers.columns).encode())
        digest.update(numbers.to_numpy().tobytes())
    digest.update(repr(part.ranks).encode())
    return digest.digest()

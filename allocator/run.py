"""One run: from a scenario file to an allocation that is certified, audited and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from time import perf_counter
from typing import Any

import pandas as pd

from allocator.allocation import Allocation, decode
from allocator.audit import Audit, audit_allocation
from allocator.baseline import Baseline
from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.conflict import Conflict, find_conflicts, missed_shares
from allocator.deliveries import Deliveries
from allocator.errors import HardGuaranteeUnmet, NotCertified
from allocator.explain import Explanation, explain
from allocator.explain.inquiry import Inquiry
from allocator.explain.orders import Orders, plan_of_orders
from allocator.explain.plants import shares_of_plants
from allocator.explain.prices import Price, price_of_guard
from allocator.explain.question import Question
from allocator.framework import Framework
from allocator.framework.legal import SHIPPED as LEGAL
from allocator.inputs import read_inputs
from allocator.scenario import Scenario
from allocator.solve import Control, Limits, Resolver, Solution
from allocator.solve.linear import TOLERANCE
from allocator.solve.mip import USUAL
from allocator.solve.parts import Partition
from allocator_models import formulate, lower

#: Of the solver.
OPTIONS: Mapping[str, str | int | float] = {"solver": "highs", "threads": 1, "random_seed": 0, "feasibility_tolerance": TOLERANCE}

#: Told the phase (load, compile, build, solve, explain, report) and what is being done in it.
Progress = Callable[[str, str], None]
PACKAGES = ("highspy", "jinja2", "numpy", "openpyxl", "pandas", "plotly", "pydantic", "pyomo", "scipy", "stockpile-allocator", "xlsxwriter")


@dataclass(frozen=True)
class InputFile:
    """A file that was read: what it is for, its name and the hash of its bytes."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Arguments:
    """What a run was asked for, as it was written: a path or an id; None where nothing was."""

    scenario: str
    framework: str | None = None
    figures: str | None = None
    deliveries: str | None = None


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        arguments: what was asked for.
        scenario, framework, baseline, deliveries: what was read.
        overrides: settings laid over the scenario.
        inputs: every file that was read.
        case: what the scenario means; its hash names the run.
        versions: of Python and of the packages that can move a figure.
        options: of the solver.
        solution, allocation, audit, explanation: the answer.
        inquiry: what can be asked about the answer.
        orders: which levers are ordered, when, by whom, and what is lost without them.
        plants: what those that run or stand still have, and would have if they could run at any rate; columns as in `explain.plants`.
        conflicts: rules and orders that cannot all hold.
        guard: what it costs that no member is worse off by sharing; None where nothing guards that.
        seconds: wall clock of the phases load, compile, build, solve and explain.
    """

    arguments: Arguments
    scenario: Scenario
    framework: Framework
    baseline: Baseline
    deliveries: Deliveries
    overrides: tuple[str, ...]
    inputs: tuple[InputFile, ...]
    case: Case
    versions: Mapping[str, str]
    options: Mapping[str, str | int | float]
    solution: Solution
    allocation: Allocation
    audit: Audit
    explanation: Explanation
    inquiry: Inquiry
    orders: Orders
    plants: pd.DataFrame
    conflicts: tuple[Conflict, ...]
    guard: Price | None
    seconds: Mapping[str, float]

    @property
    def name(self) -> str:
        """Name of the run, made from the scenario and the first eight digits of the case hash."""
        return f"{self.scenario.scenario}-{self.case.sha256[:8]}"

    @property
    def may_differ(self) -> bool:
        """Whether a search was limited in time, so that the answer may differ when the run is made again."""
        return "seconds" in self.options

    @property
    def question(self) -> Question:
        """What was asked, ready to be asked with something changed."""
        return Question(self.baseline, self.scenario, self.framework, self.deliveries, self.case, self.allocation, self.inquiry)


def quiet(_phase: str, _what: str) -> None:
    """Tell nobody."""


def run_scenario(
    path: Path | str,
    framework: str | None = None,
    overrides: Sequence[str] = (),
    progress: Progress = quiet,
    figures: Path | None = None,
    deliveries: Path | None = None,
    claims: Sequence[str] | None = None,
    control: Control | None = None,
    limits: Limits = USUAL,
) -> Run:
    """Run a scenario.

    Args:
        path: the scenario file, or the id of a shipped scenario.
        framework: id or path of a framework that replaces the scenario's own.
        overrides: settings ``path=value`` laid over the scenario.
        progress: told what is being done.
        figures: a folder of own figures, laid over the baseline.
        deliveries: a file of what an earlier round allocated and what arrived.
        claims: region/sector/commodity of those whose limits are tried; None for all that are cut.
        control: told what is being solved, and stops it; `progress` is told instead without one.
        limits: of the search for whole numbers, where the scenario has any.

    Raises:
        InvalidInput: the scenario, its framework or baseline cannot be used.
        HardGuaranteeUnmet: guarantees that the framework makes hard cannot all hold.
        NotCertified: a certificate or the audit failed.
        SolverStopped: the solver ended without an answer.
        Cancelled: `control` was cancelled.
    """
    clock = _Clock(progress)
    with clock.phase("load", "reading the scenario, its framework and its baseline"):
        inputs = read_inputs(path, framework, overrides, figures, deliveries)
        scenario, law, baseline = inputs.scenario, inputs.framework, inputs.baseline
    with clock.phase("compile", "working out what the scenario means"):
        case = resolve_case(baseline, scenario, law, inputs.deliveries)
        instance = compile_instance(case)
    with clock.phase("build", "building the model"):
        matrix = lower(formulate(instance))
    with clock.phase("solve", "solving in strict rank"):
        control = control or Control(lambda where: progress("solve", str(where)))
        resolver = Resolver(Partition(matrix, instance), control, limits)
        solution = resolver.solution
    with clock.phase("explain", "recomputing and explaining the answer"):
        allocation = decode(case, instance, solution)
        conflicts = find_conflicts(case, law, instance, resolver.partition.form, allocation)
        _require_hard_guarantees(case, allocation, conflicts)
        audit = _sound_audit(case, allocation)
        inquiry = Inquiry(instance, resolver, control)
        question = Question(baseline, scenario, law, inputs.deliveries, case, allocation, inquiry)
        orders = plan_of_orders(question, lambda done, of: progress("explain", f"{done} of {of} questions about levers"))
        plants, guard = shares_of_plants(inquiry), price_of_guard(question)
        explanation = explain(case, law, allocation, inquiry, lambda done, of: progress("explain", f"{done} of {of} limits"), claims)
    return Run(
        arguments=Arguments(_written(path) or "", _written(framework), _written(figures), _written(deliveries)),
        scenario=scenario,
        framework=law,
        baseline=baseline,
        deliveries=inputs.deliveries,
        overrides=tuple(overrides),
        inputs=tuple(_inputs(scenario, law, baseline, inputs.deliveries)),
        case=case,
        versions={"python": python_version(), **{package: version(package) for package in PACKAGES}},
        options=OPTIONS if not solution.integers else {**OPTIONS, **_searched(limits)},
        solution=solution,
        allocation=allocation,
        audit=audit,
        explanation=explanation,
        inquiry=inquiry,
        orders=orders,
        plants=plants,
        conflicts=conflicts,
        guard=guard,
        seconds=clock.seconds,
    )


def _searched(limits: Limits) -> dict[str, str | int | float]:
    """Return the options of a search for whole numbers; seconds only where they end it."""
    seconds: dict[str, str | int | float] = {} if limits.seconds is None else {"seconds": limits.seconds}
    return {"gap": limits.gap, "nodes": limits.nodes, **seconds}


def _written(argument: Path | str | None) -> str | None:
    """Return a path or an id as it was written, the same on every system; of an absolute path, which tells of one machine, the name."""
    if argument is None:
        return None
    path = Path(argument)
    return path.name if path.is_absolute() else path.as_posix()


class _Clock:
    """Measures phases and announces them."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str, what: str) -> Iterator[None]:
        self.progress(name, what)
        began = perf_counter()
        yield
        self.seconds[name] = perf_counter() - began


def _inputs(scenario: Scenario, framework: Framework, baseline: Baseline, deliveries: Deliveries) -> Iterator[InputFile]:
    for source in (scenario.source, *scenario.source.parents):
        yield InputFile("scenario", Path(source.path).name, source.sha256)
    for source in (framework.source, *framework.source.parents):
        yield InputFile("framework", Path(source.path).name, source.sha256)
    yield InputFile("legal", LEGAL.name, sha256(LEGAL.read_bytes()).hexdigest())
    for name in sorted(baseline.sha256):
        yield InputFile("baseline", f"{baseline.edition}/{name}", baseline.sha256[name])
    for name, digest in sorted(baseline.own.sha256.items()) if baseline.own else ():
        yield InputFile("figures", name, digest)
    if deliveries.file:
        yield InputFile("deliveries", Path(deliveries.file).name, deliveries.sha256)


def _require_hard_guarantees(case: Case, allocation: Allocation, conflicts: Sequence[Conflict]) -> None:
    """Raise `HardGuaranteeUnmet` naming every claim whose hard guarantee is missed, with its worst period, and what stands against them."""
    worst = missed_shares(case, allocation, "hard")
    if len(worst):
        lines = [_missed_guarantee(row) for row in worst.to_dict("records")]
        names = {f"{row['region']}/{row['sector']}/{row['commodity']}" for row in worst.to_dict("records")}
        against = [conflict for conflict in conflicts if names & {member.name for member in conflict.members}]
        raise HardGuaranteeUnmet(
            "\n".join([*lines, *(f"{conflict}; without any one of these the rest can hold  [A503]" for conflict in against)])
        )


def _missed_guarantee(row: Mapping[Any, Any]) -> str:
    claim = f"{row['region']}/{row['sector']}/{row['commodity']}"
    met = f"{row['share']:.1%} can be met in {row['period']}, {row['hard']:.1%} is guaranteed and hard"
    return f"{claim}: {met}; lower the guarantee, make it soft, or open more supply  [A503]"


def _sound_audit(case: Case, allocation: Allocation) -> Audit:
    """Return the audit; raise `NotCertified` with everything that it found wrong."""
    audit = audit_allocation(case, allocation)
    if not audit.passed:
        raise NotCertified("\n".join(f"audit: {fault}; no result is shown, report the scenario  [A504]" for fault in audit.faults))
    return audit

"""A solve tells how far it is, can be stopped from outside, and does not mind how many threads share the work."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from allocator.errors import Cancelled, SolverStopped
from allocator.solve import Control, control, highs, programs, ranked, solve_stages
from allocator.solve.control import Progress
from allocator.solve.parts import Partition
from allocator.solve.ranked import joined, solve_parts
from allocator_models import Instance, MatrixForm, formulate, lower
from tests.instances import InstanceBuilder


@pytest.fixture
def instance() -> Instance:
    """Two goods and three months that share nothing; both tiers are short in the second month."""
    case = InstanceBuilder().periods(3)
    for good in ("helium", "gallium"):
        case.claim("NLD", "health", good, tier=1, demand=2.0)
        case.claim("NLD", "balloons", good, tier=2, demand=[2.0, 1.0, 3.0])
        case.line("QAT", "NLD", good, limit=[3.0, 1.0, 2.5])
    return case.build()


@pytest.fixture
def form(instance: Instance) -> MatrixForm:
    return lower(formulate(instance))


def test_every_stage_tells_its_part_level_and_gap(form: MatrixForm, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "INTERVAL", 0.0)
    told: list[Progress] = []
    solve_stages(form, instance, Control(told.append))
    words = [str(progress) for progress in told]
    assert {"part 2 of 6, tier 1, rule", "part 2 of 6, tier 2, rule", "part 1 of 6, tie_break"} <= set(words)
    assert any("level 0.5" in word and "gap" in word for word in words)


def test_progress_is_told_at_most_twice_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.1, 10.49, 10.5, 10.7, 11.1])
    monkeypatch.setattr(control, "monotonic", lambda: next(clock))
    told: list[Progress] = []
    watch = Control(told.append)
    for number in range(6):
        watch.tell(Progress(str(number)))
    assert [progress.stage for progress in told] == ["0", "3", "5"]


def test_a_solve_is_cancelled_between_its_programs(form: MatrixForm, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "INTERVAL", 0.0)
    watch = Control(lambda progress: watch.cancel() if "tier 2" in progress.stage else None)
    with pytest.raises(Cancelled) as stopped:
        solve_stages(form, instance, watch)
    assert stopped.value.exit_code == 130


@pytest.mark.parametrize("large", [0, 100_000])
def test_a_program_is_cancelled_while_the_solver_works(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of 60,000 columns that takes seconds ends at its first sign of life."""
    monkeypatch.setattr(highs, "LARGE", large)
    monkeypatch.setattr(highs, "_SIMPLEX", highs._Method("simplex", presolve="off"))
    watch, told = Control(), []

    def stop(iterations: int) -> None:
        told.append(iterations)
        watch.cancel()

    with pytest.raises(Cancelled):
        highs.minimise(transport(200, 300), control=watch, tell=stop)
    assert len(told) < 20


def transport(senders: int, receivers: int) -> highs.LinearProgram:
    """Every sender to every receiver at pseudo-random costs."""
    count = senders * receivers
    number = np.arange(count)
    rows = np.concatenate([number // receivers, senders + number % receivers])
    matrix = sp.csr_array((np.ones(2 * count), (rows, np.tile(number, 2))), shape=(senders + receivers, count))
    supply, demand = np.full(senders, 1.5 * receivers), np.full(receivers, float(senders))
    cost = 1.0 + (number * 7919 % 104729) / 104729
    return highs.LinearProgram(
        matrix,
        np.concatenate([np.zeros(senders), demand]),
        np.concatenate([supply, np.full(receivers, np.inf)]),
        np.zeros(count),
        np.full(count, 50.0),
        cost,
    )


def test_one_worker_and_two_give_the_same_plan(form: MatrixForm, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    together = solve_stages(form, instance)
    monkeypatch.setattr(ranked, "WORKERS", 1)
    alone = solve_stages(form, instance)
    for name, values in together.values.items():
        assert values.equals(alone.values[name]), name


def test_a_part_that_fails_stops_the_others(form: MatrixForm, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> highs.Optimum:
        raise SolverStopped("out of memory")

    monkeypatch.setattr(programs, "minimise", failing)
    watch = Control()
    with pytest.raises(SolverStopped, match="out of memory"):
        solve_stages(form, instance, watch)
    assert watch.cancelled


def test_known_bases_lead_to_the_same_plan(form: MatrixForm, instance: Instance) -> None:
    """Started from the bases of its own solve every program is optimal at once; started from wrong ones it ends in the same plan."""
    partition = Partition(form, instance)
    parts = list(partition)
    cold = solve_parts(parts, Control(), keep=True)
    plan = joined(partition, cold)
    own = joined(partition, solve_parts(parts, Control(), {number: part.bases for number, part in enumerate(cold)}))
    crossed = joined(partition, solve_parts(parts, Control(), {0: cold[1].bases, 1: cold[0].bases}))
    for other in (own, crossed):
        for name, values in plan.values.items():
            assert other.values[name]["value"].to_numpy() == pytest.approx(values["value"].to_numpy(), abs=1e-12), name

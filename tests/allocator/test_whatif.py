"""A what-if session answers as a cold run does, whatever was asked before, and solves no more than a change touches."""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from allocator.allocation import Allocation
from allocator.baseline import Baseline
from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.errors import Cancelled, InvalidInput
from allocator.framework import Framework
from allocator.inputs import read_inputs, scenario_file
from allocator.scenario import Scenario
from allocator.scenario.load import load_scenario
from allocator.solve import Control
from allocator.whatif import WhatIf
from allocator_models import Instance, MatrixForm, formulate, lower
from allocator_models.kept import Kept, same
from tests.allocator.conftest import CRISIS
from tests.tiny import write_tiny

SCOPE = "scope.commodities=[helium_liquid, aluminium_primary, baryte]"
SHORTER, WEAKER = "disruptions.0.months=3", "disruptions.0.closed=0.6"


@pytest.fixture(scope="module")
def session() -> WhatIf:
    return WhatIf("hormuz_closure", overrides=[SCOPE])


def assert_same(one: Allocation, other: Allocation) -> None:
    for name in ("allocation", "reserves", "supply"):
        assert getattr(one, name).equals(getattr(other, name)), name


def test_the_answer_does_not_depend_on_the_way_and_equals_a_cold_run(session: WhatIf) -> None:
    direct = session.change([SHORTER])
    cold = WhatIf("hormuz_closure", overrides=[SCOPE, SHORTER]).opened
    fresh = WhatIf("hormuz_closure", overrides=[SCOPE])
    for way in ([WEAKER], [SHORTER, WEAKER], ["crisis_level=1"]):
        fresh.change(way)
    again = fresh.change([SHORTER])
    assert direct.touched > 0
    assert not direct.allocation.allocation.equals(session.opened.allocation.allocation)
    assert_same(direct.allocation, cold.allocation)
    assert_same(again.allocation, cold.allocation)
    assert [stage.value for stage in direct.solution.stages] == pytest.approx([stage.value for stage in cold.solution.stages], rel=1e-9)


def test_only_what_a_change_touches_is_solved(session: WhatIf) -> None:
    answer = session.change(["disruptions.0.closed=0.7"])
    assert 0 < answer.touched < answer.parts
    assert answer.rebuilt == 0
    assert session.change(["disruptions.0.closed=0.7"]).touched == 0
    assert session.change([]).touched == 0


def test_a_change_of_form_is_rebuilt_and_says_so(session: WhatIf) -> None:
    answer = session.change(["horizon.periods=9"])
    assert answer.rebuilt == answer.touched == answer.parts


def test_every_answer_is_certified(session: WhatIf) -> None:
    for stage in session.change([WEAKER]).solution.stages:
        assert max(stage.primal_residual, stage.dual_residual, stage.gap, stage.drift, stage.rank_gap) <= 1e-6, stage


def test_a_change_can_be_cancelled_and_leaves_the_session_usable(session: WhatIf) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        session.change(["disruptions.0.closed=0.55"], control)
    assert np.isfinite(session.change(["disruptions.0.closed=0.55"]).allocation.allocation["coverage"]).all()


def test_a_setting_that_cannot_be_is_refused(session: WhatIf) -> None:
    with pytest.raises(InvalidInput, match=r"closed.*\[A3"):
        session.change(["disruptions.0.closed=1.5"])


def test_own_figures_hold_in_the_whole_session(tmp_path: Path) -> None:
    crisis = write_tiny(tmp_path, CRISIS)
    shutil.copytree(tmp_path / "baseline" / "tiny", tmp_path / "baseline" / "other")
    head, row = (tmp_path / "baseline" / "tiny" / "reserves.csv").read_text(encoding="utf-8").splitlines()
    own = tmp_path / "own"
    own.mkdir()
    (own / "classification.txt").write_text("internal", encoding="utf-8")
    (own / "reserves.csv").write_text(f"{head}\n{row.replace('6.0', '12.5')}\n", encoding="utf-8")
    session = WhatIf(crisis, figures=own)
    for answer in (session.opened, session.change(["baseline=other"])):
        assert answer.case.reserves["opening"].tolist() == [12.5]


PURCHASE = (
    "levers=[{kind: emergency_purchase, commodity: aluminium_primary, origin: CAN, monthly: 800, lead_days: 60, premium: 0.3, "
    "authority: agency}]"
)
WAYS = (
    ("disruptions.0.closed=0.6",),
    ("disruptions.0.closed=0.31", "disruptions.1.factor=1.4"),
    ("disruptions.0.months=9",),
    ("crisis_level=1",),
    ("horizon.periods=9",),
    ("levers.1.share=0.3", "disruptions.0.months=2"),
    ("levers=[]",),
    (PURCHASE,),
    ("minimums=[{sector: packaging, commodity: aluminium_primary, share: 0.5, restart_days: 30, source: a trial}]",),
    (),
)


def test_what_is_built_on_the_way_is_what_is_built_afresh() -> None:
    draw = np.random.default_rng(7)
    path = scenario_file("hormuz_closure")
    inputs, kept = read_inputs(path), Kept()
    for number in draw.integers(0, len(WAYS), 16):
        chosen = WAYS[number]
        scenario = load_scenario(path, [SCOPE, *chosen])
        built, afresh = (_built(inputs.baseline, scenario, inputs.framework, memory) for memory in (kept, Kept()))
        for one, other in zip(built, afresh, strict=True):
            for field in fields(one):
                assert same(getattr(one, field.name), getattr(other, field.name)), (chosen, field.name)


def _built(baseline: Baseline, scenario: Scenario, framework: Framework, kept: Kept) -> tuple[Case, Instance, MatrixForm]:
    case = resolve_case(baseline, scenario, framework, kept=kept)
    instance = compile_instance(case, kept)
    return case, instance, lower(formulate(instance, kept), kept)


def test_other_numbers_do_not_build_another_model(session: WhatIf) -> None:
    model = formulate(session.opened.instance, kept := Kept()).as_built
    other = session.change([WEAKER]).instance
    assert formulate(other, kept).as_built is model
    assert formulate(session.change(["horizon.periods=9"]).instance, kept).as_built is not model

"""The fast path and the slow reference agree, tier by tier; they share no code but the tables of the instance."""

from __future__ import annotations

import pytest

from allocator.solve import highs, solve_stages
from allocator_models import formulate, lower
from tests.instances import random_instance
from tests.reference.ranked import Answer, solve_reference

#: What is compared has been through about a hundred programs with a slack of 1e-9 each on the slow side.
CLOSE = 1e-6
CHUNK = 25


@pytest.mark.parametrize("first", range(0, 300, CHUNK))
def test_fast_path_agrees_with_objective_cuts(first: int) -> None:
    for seed in range(first, first + CHUNK):
        disagreements = compare(seed)
        assert not disagreements, f"random_instance({seed}): {disagreements}"


def test_interior_point_agrees_with_objective_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "LARGE", 0)
    for seed in range(300, 300 + CHUNK):
        disagreements = compare(seed)
        assert not disagreements, f"random_instance({seed}): {disagreements}"


def compare(seed: int) -> list[str]:
    """Return every disagreement on one random instance, in words."""
    instance = random_instance(seed)
    slow = solve_reference(instance)
    fast = solve_stages(lower(formulate(instance)), instance)
    settled = set(instance.claims.loc[instance.claims["tier"].isin(slow.settled), "claim"])
    cells = fast.values["shortfall"].merge(instance.cells, on=["claim", "node"])
    coverage = {(cell.claim, cell.node): 1.0 - cell.value / cell.demand for cell in cells.itertuples()}
    restraint = {(cell.claim, cell.node): cell.value for cell in fast.values["restrained"].itertuples()}
    found = _differences("coverage", {key: level for key, level in coverage.items() if key[0] in settled}, slow.coverage)
    found += _differences("restraint", {key: share for key, share in restraint.items() if key[0] in settled}, slow.restraint)
    return found + (_after_tiers(fast, slow) if slow.unique_draws else [])


def _after_tiers(fast: object, slow: Answer) -> list[str]:
    draws = {(draw.rank, draw.commodity): draw.value for draw in fast.values["draw"].itertuples()}
    found = _differences("draw", draws, slow.draws)
    reached = {stage.name: stage.value for stage in fast.stages if stage.tier is None}
    goals = {name: reached.get(name, 0.0) for name in ("cost", "steadiness")}
    scale = {name: max(1.0, abs(value)) for name, value in goals.items()}
    return found + _differences(
        "stage", {name: goals[name] / scale[name] for name in goals}, {name: slow.stages.get(name, 0.0) / scale[name] for name in goals}
    )


def _differences(what: str, ours: dict[object, float], theirs: dict[object, float]) -> list[str]:
    return [f"{what} {key}: {value} and {theirs.get(key, 0.0)}" for key, value in ours.items() if abs(value - theirs.get(key, 0.0)) > CLOSE]

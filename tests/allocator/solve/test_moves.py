"""A claim that is moved into another tier is served as if it had always been there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from allocator.solve import solve_stages
from allocator_models import Instance, formulate, lower
from allocator_models.instance import RULE
from tests.instances import InstanceBuilder, random_builder


def moved(builder: InstanceBuilder) -> tuple[Instance, Instance]:
    """Return an instance whose first claim is moved into its tier from the one beside it, in all nodes, and one in which it is there."""
    there = builder.build()
    own = int(there.claims["tier"].iloc[0])
    other = own + 1 if own < there.tiers["tier"].max() else own - 1
    claims = there.claims.copy()
    claims.loc[0, "tier"], claims.loc[0, "rule"], claims.loc[0, "over"] = other, "leximin", "period"
    moves = there.claims.loc[[0], ["claim", "tier", *RULE]]
    return replace(there, claims=claims, moves=moves.reset_index(drop=True)), there


@pytest.mark.parametrize("seed", range(12))
def test_a_claim_moved_in_every_node_is_served_as_in_that_tier(seed: int) -> None:
    pair = moved(random_builder(seed, rules=seed % 2 == 0, tiers=3))
    plans = [solve_stages(lower(formulate(instance)), instance).values for instance in pair]
    for name, values in plans[1].items():
        pd.testing.assert_frame_equal(plans[0][name], values, rtol=0.0, atol=1e-7)


def test_a_claim_is_moved_in_one_node_alone() -> None:
    """Supply of 4 a month for claims of 4: the second goes first in February."""
    builder = InstanceBuilder().periods(2)
    builder.claim("NLD", "a", "metal", tier=1, demand=4.0)
    builder.claim("NLD", "b", "metal", tier=3, demand=4.0)
    builder.claim("NLD", "c", "metal", tier=2, demand=4.0)
    builder.line("QAT", "NLD", "metal", limit=6.0)
    instance = builder.build()
    cells = instance.cells.copy()
    cells.loc[(cells["claim"] == 1) & (cells["node"] == 1), "tier"] = 1
    moves = instance.claims.loc[[1], ["claim", *RULE]].assign(tier=1)[["claim", "tier", *RULE]].reset_index(drop=True)
    plan = solve_stages(lower(formulate(other := replace(instance, cells=cells, moves=moves))), other)
    given = plan.values["allocate"].set_index(["claim", "node"])["value"]
    assert given.tolist() == pytest.approx([4.0, 3.0, 0.0, 3.0, 2.0, 0.0], abs=1e-9)
    assert plan.decided.set_index(["claim", "node"]).loc[(2, 1), "tier"] == 1

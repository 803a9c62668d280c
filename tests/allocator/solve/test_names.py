"""Costs made from names: the same on every machine, whatever the order of rows and whoever else is there."""

from __future__ import annotations

from random import Random

import numpy as np

from allocator.solve.names import name_costs
from allocator_models import formulate, lower
from allocator_models.lp_file import names
from tests.instances import InstanceBuilder


def case() -> InstanceBuilder:
    built = InstanceBuilder().periods(2)
    for region in ("NLD", "DEU"):
        built.claim(region, "health", "helium", tier=1, demand=1.0, restraint=0.1)
        built.line(f"QAT-{region}", region, "helium", limit=1.0)
        built.reserve(f"cavern_{region}", region, "helium", opening=1.0, rank=1)
    return built


def costs(built: InstanceBuilder, attempt: int = 0) -> dict[str, float]:
    instance = built.build()
    form = lower(formulate(instance))
    return dict(zip(names(form.variables, instance), name_costs(form, instance, attempt).tolist(), strict=True))


def test_costs_are_known_numbers_in_one_to_two() -> None:
    found = costs(case())
    assert len(set(found.values())) == len(found)
    assert min(found.values()) >= 1.0
    assert max(found.values()) < 2.0
    # Worked out apart with whole numbers: BLAKE2b of each name, mixed by splitmix64, the highest 52 bits as a fraction.
    known = {
        "allocate(NLD/health/helium,2026_01)": 1.7930834355910292,
        "release(cavern_DEU,2026_02)": 1.86504877261014,
        "draw(1,helium)": 1.1596757741428678,
        "restrain(DEU/health/helium,2026_01,0)": 1.5755223770973852,
    }
    assert {name: found[name] for name in known} == known


def test_costs_do_not_depend_on_the_order_of_rows() -> None:
    first, second = case(), case()
    for members in ("claims", "lines", "reserves"):
        rows = list(getattr(second, members).items())
        Random(3).shuffle(rows)
        setattr(second, members, dict(rows))
    assert costs(first) == costs(second)


def test_costs_do_not_depend_on_who_else_is_there() -> None:
    more = case()
    more.claim("AUT", "health", "gallium", tier=1, demand=1.0)
    more.line("CHN-AUT", "AUT", "gallium", limit=1.0)
    more.reserve("a_store", "AUT", "gallium", opening=1.0, rank=1)
    fewer, with_more = costs(case()), costs(more)
    assert {name: with_more[name] for name in fewer} == fewer


def test_another_attempt_has_other_costs() -> None:
    first, second = np.array(list(costs(case()).values())), np.array(list(costs(case(), attempt=1).values()))
    assert (first != second).all()

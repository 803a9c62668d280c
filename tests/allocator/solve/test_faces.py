"""What is open after the stages is asked of the problem as it was solved: with its whole numbers, and its limits on draws."""

from __future__ import annotations

import numpy as np

from allocator.solve.parts import Partition
from allocator.solve.resolve import Resolver
from allocator_models import formulate, lower
from tests.instances import random_builder
from tests.reference.integers import KINDS


def test_faces_draw_on_narrow_means_what_the_plan_draws() -> None:
    """With its plant fixed and no limit, a third of the reserve would count as what the first class needs."""
    instance = random_builder(10_078, plants=True, **KINDS["two periods"][2]).build()
    partition = Partition(lower(formulate(instance)), instance)
    resolver, compared = Resolver(partition), 0
    for number, part in enumerate(partition):
        results, plan = resolver.faces(number).results, resolver.plan(number)
        draws, whole = part.draws["column"], np.flatnonzero(part.integer)
        assert np.abs(results.upper[draws] - plan[draws]).max(initial=0.0) <= 1e-7
        assert (results.lower[whole] == plan[whole]).all()
        assert (results.upper[whole] == plan[whole]).all()
        compared += len(draws) * len(whole)
    assert compared

"""Models are built one at a time: templatizing changes how sets are gone through while it works, for all threads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from allocator_models import MatrixForm, formulate, lower
from tests.instances import random_builder


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads give way to each other as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_models_that_are_built_at_once_are_those_that_are_built_alone() -> None:
    instances = [random_builder(seed).build() for seed in range(1, 5)]
    alone = [lower(formulate(instance)) for instance in instances]

    def built(number: int) -> MatrixForm:
        return lower(formulate(instances[number % len(instances)]))

    with ThreadPoolExecutor(4) as pool:
        for number, form in enumerate(pool.map(built, range(16))):
            same = alone[number % len(instances)].matrix
            assert np.array_equal(form.matrix.indices, same.indices)
            assert np.array_equal(form.matrix.data, same.data)

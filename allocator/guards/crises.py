"""The crises that a framework is checked on."""

from __future__ import annotations

from itertools import islice

from allocator.framework import Framework
from allocator.guards.generate import generate
from allocator.guards.real import real_crises
from allocator.guards.situation import Situation

#: Of so many crises one is cut out of a shipped scenario.
ONE_REAL_IN = 5


def small_crises(law: Framework, seed: int, count: int) -> list[Situation]:
    """Return crises by chance and, last, some that are cut out of shipped scenarios; the same for the same framework, seed and count."""
    real = count // ONE_REAL_IN
    return [generate(law, seed, number) for number in range(count - real)] + list(islice(real_crises(law, seed), real))

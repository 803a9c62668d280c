"""Rules by which a tier shares: one file each; the docstring is what users read.

A rule looks at a table of claims, one row a cell (or one a claim, counted over the horizon), and says what is raised or what is weighed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from allocator_models.registry import Registry

FloatArray = npt.NDArray[np.float64]


class Rows(Protocol):
    """A table: columns of one length, by name."""

    def __getitem__(self, name: str, /) -> npt.ArrayLike:
        """Return a column."""


@dataclass(frozen=True)
class Levels:
    """What is raised in the leximin order: ``top - weight * column`` of every row, to at most 1."""

    top: FloatArray
    weight: FloatArray

    @classmethod
    def of_coverage(cls, cells: Rows) -> Levels:
        """Return coverage, which counts as 1 from where the tier is satisfied.

        The column is a shortfall in shares of `demand`; `before` is what earlier rounds take off.
        """
        satisfied, demand, before = (np.asarray(cells[name], dtype=np.float64) for name in ("satisfied", "demand", "before"))
        return cls((1.0 - before) / satisfied, 1.0 / (satisfied * demand))


@dataclass(frozen=True)
class Costs:
    """What is minimised in sum: ``cost * column`` over all rows."""

    cost: FloatArray


RULES: Registry[Callable[[Rows], Levels | Costs]] = Registry("rule of a tier", __name__)

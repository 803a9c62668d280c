"""Rules of division: one file per rule.

A rule is a function of claims and estate. It is called only when the estate is short of the claims; where it is not, all get their claim.
What a rule needs besides stands in its signature as arguments by name: an array is a column of the file, a number an option.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from allocator.errors import AllocatorError
from allocator.registry import Registry

FloatArray = npt.NDArray[np.float64]
Rule = Callable[..., FloatArray]
RULES: Registry[Rule] = Registry("rule of division", __name__)


class RuleDoesNotApplyError(AllocatorError):
    """A rule says nothing about this problem; carries the code of the fault."""

    def __init__(self, message: str, code: str) -> None:
        self.code = code
        super().__init__(message)


def spelt(name: str) -> str:
    """Return the name of a rule as the command line has it."""
    return name.replace("_", "-")


@cache
def needs(name: str) -> tuple[str, ...]:
    """Return the columns and options that a rule needs besides claims and estate.

    Raises:
        UnknownNameError: there is no such rule.
    """
    parameters = inspect.signature(RULES[name]).parameters.values()
    return tuple(one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY)

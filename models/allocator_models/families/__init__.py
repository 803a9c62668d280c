"""Constraint families: one file each, one function each; the docstring is the formulation.

Index letters: r region, g commodity, k claim, i supply line, p process, j reserve, l lane, n node, s node of sending, b block of restraint.
"""

from __future__ import annotations

from collections.abc import Callable

from allocator_models.formulation import Formulation
from allocator_models.instance import Instance
from allocator_models.registry import Registry

FAMILIES: Registry[Callable[[Formulation], None]] = Registry("constraint family", __name__)


def formulate(instance: Instance) -> Formulation:
    """Return the model of `instance` with every family added."""
    m = Formulation(instance)
    for add_family in FAMILIES.values():
        add_family(m)
    return m

"""Constraint families: one file each, one function each; the docstring is the formulation.

Index letters: r region, g commodity, k claim, i supply line, p process, j reserve, l lane, n node, s node of sending, b block of restraint.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import cast

from allocator_models.formulation import Formulation
from allocator_models.instance import Instance
from allocator_models.kept import Kept, Read
from allocator_models.registry import Registry
from allocator_models.renumbering import Declared, Form, OtherForm, Renumbered

FAMILIES: Registry[Callable[[Formulation], None]] = Registry("constraint family", __name__)


def formulate(instance: Instance, kept: Kept | None = None) -> Formulation:
    """Return the model of `instance` with every family added.

    With `kept`, a model of the same form that was made before is taken, and given the numbers of `instance`.
    """
    for form in kept.known("form") if kept else ():
        with suppress(OtherForm):
            return cast(Formulation, Renumbered(form, instance, FAMILIES))
    m, declared = Formulation(instance), {}
    for name, add_family in FAMILIES.items():
        first, read = len(m.declared), Read(instance)
        m.instance = cast(Instance, read)
        add_family(m)
        declared[name] = Declared(m.declared[first:], read)
    m.instance = instance
    if kept:
        kept.same("form", Form(m, declared))
    return m

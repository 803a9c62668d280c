"""The guards: one file each; what a guard looks for is its docstring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.registry import Registry

if TYPE_CHECKING:
    from allocator.guards.kinds._base import Guard

GUARDS: Registry[type[Guard]] = Registry("guard", __name__)

"""Decisions that the crisis team can take: one file for each kind of lever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.registry import Registry

if TYPE_CHECKING:
    from allocator.scenario.levers._base import Lever

LEVERS: Registry[type[Lever]] = Registry("lever", __name__)

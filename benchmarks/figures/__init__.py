"""Figures: one file per row of the target table, each a function from the measurements to ratios with spread, target and verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from allocator_models.registry import Registry
from benchmarks.bench import Bench, Figure

FIGURES: Registry[Callable[[Bench], Iterable[Figure]]] = Registry("figure", __name__)

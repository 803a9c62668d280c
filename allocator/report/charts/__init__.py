"""Charts of the report: one file each."""

from __future__ import annotations

from collections.abc import Callable

from allocator.registry import Registry
from allocator.report.figures import Chart
from allocator.report.view import View

CHARTS: Registry[Callable[[View], list[Chart]]] = Registry("chart", __name__)

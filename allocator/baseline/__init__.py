"""The baseline: a cited data package, read, checked and frozen."""

from allocator.baseline.loading import examine, load_baseline
from allocator.baseline.model import Baseline

__all__ = ["Baseline", "examine", "load_baseline"]

"""Figures of operation, for Prometheus; none of a partner's."""

from allocator_api.metrics.metrics import Metrics

__all__ = ["Metrics"]

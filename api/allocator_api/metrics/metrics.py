"""What is counted: requests by method, path as it stands in the description, and status; runs that wait."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("allocator_requests", "Requests answered", ["method", "path", "status"], registry=self._registry)
        self._seconds = Histogram(
            "allocator_request_seconds", "Seconds until the answer began", ["method", "path"], registry=self._registry
        )
        self._waiting = Gauge("allocator_runs_waiting", "Runs that wait for a worker", registry=self._registry)

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request; paths are those of the description, so that no id becomes a label."""
        path = getattr(scope.get("route"), "path", "other")
        self._requests.labels(scope["method"], path, str(status)).inc()
        self._seconds.labels(scope["method"], path).observe(seconds)

    def text(self, waiting: int) -> bytes:
        """Return all figures as Prometheus reads them."""
        self._waiting.set(waiting)
        return generate_latest(self._registry)

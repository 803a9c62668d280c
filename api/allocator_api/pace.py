"""How many requests one client may make in a minute."""

from __future__ import annotations

from time import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from allocator_api.problems import Problem


class Pace:
    """Counts requests by client, in this process."""

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, client: str) -> None:
        """Count a request. Raises `Problem` 429 when it is one too many."""
        if not self._limiter.hit(self._limit, client):
            wait = max(1, round(self._limiter.get_window_stats(self._limit, client).reset_time - time()))
            told = f"More than {self._limit.amount} requests in a minute; wait {wait} seconds and go on more slowly."
            raise Problem(429, told, headers={"Retry-After": str(wait)})

"""What accompanies a solve: progress told to whoever watches, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock
from time import monotonic

from allocator.errors import Cancelled

#: Seconds between two reports of progress.
INTERVAL = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands.

    Attributes:
        stage: the part and the stage being solved.
        level: the lowest level reached in the stage's leximin, None before its first.
        iterations: of the program being solved.
        gap: of the stage's last program, None before its first.
    """

    stage: str
    level: float | None = None
    iterations: int = 0
    gap: float | None = None

    def __str__(self) -> str:
        words = [self.stage]
        if self.level is not None:
            words.append(f"level {self.level:.4g}")
        if self.iterations:
            words.append(f"{self.iterations} iterations")
        if self.gap is not None:
            words.append(f"gap {self.gap:.1e}")
        return ", ".join(words)


class Control:
    """Tells progress at most every `INTERVAL` seconds, stages aside, and stops a solve from another thread.

    `on_progress` may be called from several threads, one at a time.
    """

    def __init__(self, on_progress: Callable[[Progress], None] = lambda _: None) -> None:
        self._on_progress = on_progress
        self._cancelled = Event()
        self._lock = Lock()
        self._told = -INTERVAL

    def silent(self) -> Control:
        """Return a control that is cancelled with this one and tells nothing."""
        other = Control()
        other._cancelled = self._cancelled
        return other

    def cancel(self) -> None:
        """Stop the solve: it raises `Cancelled` within a fifth of a second."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if it was."""
        if self.cancelled:
            raise Cancelled("cancelled; nothing was written")

    def tell(self, progress: Progress) -> None:
        """Pass progress on, unless the last was told a moment ago."""
        with self._lock:
            now = monotonic()
            if now - self._told >= INTERVAL:
                self._told = now
                self._on_progress(progress)

"""What is being done, on a terminal; nothing where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.status import Status

from allocator.run import Progress, quiet

_WORDS = {
    "load": "Read and check",
    "compile": "Work out the case",
    "build": "Build the model",
    "solve": "Solve",
    "explain": "Audit and explain",
    "report": "Write",
}


@contextmanager
def progress() -> Iterator[Progress]:
    """Give a listener that shows phases and stages on stderr while they last, and a line for each phase that is done."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield quiet
        return
    with console.status("Start") as status:
        shown = _Shown(console, status)
        yield shown.tell
        shown.close()


class _Shown:
    """The phase that is running, and since when."""

    def __init__(self, console: Console, status: Status) -> None:
        self.console, self.status = console, status
        self.phase, self.began = "", perf_counter()

    def tell(self, phase: str, what: str) -> None:
        """Show what is being done; a new phase closes the one before."""
        if phase != self.phase:
            self.close()
            self.phase, self.began = phase, perf_counter()
        doing = _WORDS.get(phase, phase)
        self.status.update(f"{doing}: {what}" if phase == "solve" else doing)

    def close(self) -> None:
        """Print the line of the phase that ends."""
        if self.phase:
            self.console.print(f"[green]done[/green] {_WORDS.get(self.phase, self.phase)} [dim]{perf_counter() - self.began:.1f} s[/dim]")

"""Printing tables: coloured on a terminal, plain and wide elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

#: Width of tables that are piped into a file or another program.
PIPED_WIDTH = 160


def console() -> Console:
    """Return the console for what was asked for; brackets in names and titles are text, not markup."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], figures: int = 0) -> Table:
    """Return a table whose last `figures` columns are set right."""
    shown = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        shown.add_column(head, justify="right" if number >= len(heads) - figures else "left", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    return shown


def print_json(content: Any) -> None:
    """Print JSON and nothing else."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")

"""The baseline that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import allocator_scenarios
import typer

DEFAULT = "eu_crm_2026"
BaselineOption = Annotated[str, typer.Option("--baseline", "-b", help="Id of a shipped baseline, or the folder of one.")]
FiguresOption = Annotated[
    Path | None,
    typer.Option(
        "--figures", metavar="DIR", help="Folder of own figures, laid over the baseline row by row; see docs/how-to/own-figures.md."
    ),
]


def baseline_folder(baseline: str) -> Path:
    """Return the folder of a baseline named by its id or its path."""
    path = Path(baseline)
    return path if path.is_dir() else allocator_scenarios.ROOT / "baseline" / baseline

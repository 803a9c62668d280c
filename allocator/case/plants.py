"""What runs at its minimum at least or stands still: processes, and the lines of users behind claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from allocator.case.model import CLAIM, Note
from allocator.framework import Framework
from allocator.scenario import Minimum

COLUMNS = {"kind": "str", "name": "str", "minimum": "float64", "restart": "int64", "running": "bool"}


def plants_of(minimums: Sequence[Minimum], claims: pd.DataFrame, processes: pd.DataFrame, days: float) -> tuple[pd.DataFrame, list[Note]]:
    """Return kind (claim or process), name, minimum, restart in periods, running; and a note for what is about nobody.

    The minimum is a share of what runs or is used undisturbed. Where several speak of one plant, the highest and the longest count.

    Args:
        minimums: of the scenario.
        claims: region, sector, commodity and undisturbed demand per period.
        processes: process, technology, region and undisturbed runs per period.
        days: of a period.
    """
    names = claims[CLAIM[0]] + "/" + claims[CLAIM[1]] + "/" + claims[CLAIM[2]]
    rows: list[tuple[str, str, float, int, bool]] = []
    notes = []
    for number, minimum in enumerate(minimums):
        restart = max(1, int(np.ceil(minimum.restart_days / days - 1e-9)))
        found = [
            *_found("claim", names[minimum.of_claims(claims)], claims["undisturbed"]),
            *_found("process", processes.loc[minimum.of_processes(processes), "process"], processes["undisturbed"]),
        ]
        rows += [(kind, name, minimum.share * usual, restart, True) for kind, name, usual in found]
        notes += [] if found else [Note("minimum_without_plant", f"minimums.{number}", minimum.named)]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return table.groupby(["kind", "name"], as_index=False).max(), notes


def _found(kind: str, names: pd.Series, usual: pd.Series) -> Iterator[tuple[str, str, float]]:
    """Yield kind, name and usual rate of what usually runs."""
    rates = zip(names.tolist(), usual[names.index].tolist(), strict=True)
    return ((kind, str(name), float(rate)) for name, rate in rates if rate > 0.0)


def closing_curve(framework: Framework | None) -> pd.DataFrame:
    """Return piece, share and harm of the curve by which it is chosen who stands still; no rows without a framework."""
    pieces = framework.closing if framework else ()
    begins = [0.0, *(piece.up_to for piece in pieces)]
    rows = [(number, piece.up_to - begins[number], piece.marginal_harm) for number, piece in enumerate(pieces)]
    return pd.DataFrame(rows, columns=["piece", "share", "harm"]).astype({"piece": "int64", "share": "float64", "harm": "float64"})

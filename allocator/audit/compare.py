"""Comparing figures: how far each is from what it ought to be, in shares of its commodity's mean demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
Relation = Literal["is", "is at most", "is at least"]

#: Files carry nine significant digits; a figure is never blamed for what rounding does to it or to the figures it is made of.
ROUNDING = 1e-8
COLUMNS = ["place", "what", "relation", "found", "expected", "size"]


@dataclass(frozen=True)
class Places:
    """Names of where figures stand, put together only where they are asked for; ``+`` adds a text, or a column of them."""

    parts: tuple[str | pd.Series, ...]

    def __add__(self, part: str | pd.Series) -> Places:
        return Places((*self.parts, part))

    def at(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Return the names of some rows."""
        texts: list[Sequence[str]] = [
            [part] * len(rows) if isinstance(part, str) else part.iloc[rows].astype("str").tolist() for part in self.parts
        ]
        return ["".join(names) for names in zip(*texts, strict=True)]


def compare(
    what: str,
    place: Places,
    found: pd.Series,
    relation: Relation,
    expected: pd.Series | float,
    unit: pd.Series | float,
    gross: pd.Series | float = 0.0,
) -> pd.DataFrame:
    """Return one row of `COLUMNS` per figure.

    Args:
        what: the figure, in words.
        place: names of where it stands.
        found: the figure.
        relation: how it ought to stand to `expected`.
        expected: the other figure.
        unit: what a breach is measured in; positive.
        gross: sum of the sizes of the figures that either side is made of, for the allowance for rounding.

    A figure that is missing or not a number is an infinite breach. Only a breach has its `place` written out.
    """
    have, want = _array(found, found.index), _array(expected, found.index)
    difference = have - want
    breach = {"is": np.abs(difference), "is at most": difference, "is at least": -difference}[relation]
    allowance = ROUNDING * np.maximum(_array(gross, found.index), np.maximum(np.abs(have), np.abs(want)))
    size = np.maximum(breach - allowance, 0.0) / _array(unit, found.index)
    size = np.where(np.isfinite(size), size, np.inf)
    names = np.full(len(size), "", dtype=object)
    broken = np.flatnonzero(size > 0.0)
    if len(broken):
        names[broken] = place.at(broken)
    return pd.DataFrame(
        {"place": names, "what": what, "relation": relation, "found": have, "expected": want, "size": size}, columns=COLUMNS
    )


def places(table: pd.DataFrame, *columns: str) -> Places:
    """Return the names in some columns as one text a row, joined by a blank."""
    first, *others = columns
    return Places((table[first], *(part for column in others for part in (" ", table[column]))))


def smaller(left: pd.Series, right: pd.Series) -> pd.Series:
    """Return the smaller of two figures row by row; a missing one stays missing."""
    return pd.Series(np.minimum(left.to_numpy(dtype=np.float64), right.to_numpy(dtype=np.float64)), index=left.index)


def together(*comparisons: pd.DataFrame) -> pd.DataFrame:
    """Return all rows of several comparisons."""
    filled = [comparison for comparison in comparisons if len(comparison)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=COLUMNS)


def _array(figure: pd.Series | float, index: pd.Index) -> FloatArray:
    if isinstance(figure, pd.Series):
        return figure.to_numpy(dtype=np.float64)
    return np.full(len(index), float(figure))

"""Tables of one part of a problem as plain arrays: stages choose rows hundreds of times a second, and a data frame takes its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Table:
    """Columns of one length, by name."""

    columns: Mapping[str, Column]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Table:
        """Return the columns of a data frame; its index is left out."""
        return cls({str(name): column.to_numpy() for name, column in frame.items()})

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Column:
        """Return a column."""
        return self.columns[name]

    def where(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> Table:
        """Return the chosen rows."""
        return Table({name: column[chosen] for name, column in self.columns.items()})

    def assign(self, **columns: Column) -> Table:
        """Return the table with more columns, or others in the place of some."""
        return Table({**self.columns, **columns})

    def by(self, name: str) -> Iterator[tuple[Any, Table]]:
        """Yield the rows of each value of a column, in the order of the values."""
        column = self.columns[name]
        for value in sorted(set(column.tolist())):
            yield value, self.where(column == value)

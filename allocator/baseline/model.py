"""The cited data package once it is read and found sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

#: What the shipped figures are.
PUBLIC = "public"
#: Added to the index of rows of own figures, so that every row knows which file it stands in.
OWN = 10_000_000


@dataclass(frozen=True)
class OwnFigures:
    """Figures that were laid over a package.

    Attributes:
        classification: label that marks every output.
        sha256: hash of each file by its name.
        rows: number of rows that replaced one of the package, and of those added, by table.
        content: hash of the rows, the same for the same rows in whatever order and form of file.
    """

    classification: str
    sha256: Mapping[str, str]
    rows: Mapping[str, tuple[int, int]]
    content: str


@dataclass(frozen=True, eq=False)
class Baseline:
    """A baseline package: its tables by name (columns as in `allocator.baseline.layout`) and the hash of every file.

    Each is equal to itself alone, so what is worked out from one can be kept for the next question to it.

    Attributes:
        edition: name of the package, such as ``eu_crm_2026``.
        tables: one frame per file; numbers are floats, everything else is text; the index is the line in the file less 2,
            plus `OWN` for rows of own figures.
        sha256: hash of each file by its name.
        unread: tables of which rows could not be read; none once a package is found sound.
        own: the figures laid over it, if any.
    """

    edition: str
    tables: Mapping[str, pd.DataFrame]
    sha256: Mapping[str, str]
    unread: frozenset[str] = frozenset()
    own: OwnFigures | None = None

    @property
    def classification(self) -> str:
        """The label that marks every output."""
        return self.own.classification if self.own else PUBLIC

    @property
    def commodities(self) -> pd.DataFrame:
        """Goods that can be short."""
        return self.tables["commodities"]

    @property
    def lists(self) -> pd.DataFrame:
        """Lists of critical materials."""
        return self.tables["lists"]

    @property
    def regions(self) -> pd.DataFrame:
        """Member states and their keys."""
        return self.tables["regions"]

    @property
    def sectors(self) -> pd.DataFrame:
        """Users."""
        return self.tables["sectors"]

    @property
    def sector_keys(self) -> pd.DataFrame:
        """Shares of member states in sectors."""
        return self.tables["sector_keys"]

    @property
    def demands(self) -> pd.DataFrame:
        """Claims."""
        return self.tables["demands"]

    @property
    def supply_lines(self) -> pd.DataFrame:
        """Imports by origin and destination, measured on arrival."""
        return self.tables["supply_lines"]

    @property
    def routes(self) -> pd.DataFrame:
        """Chokepoints by route."""
        return self.tables["routes"]

    @property
    def chokepoints(self) -> pd.DataFrame:
        """Straits and canals."""
        return self.tables["chokepoints"]

    @property
    def technologies(self) -> pd.DataFrame:
        """Ways of making."""
        return self.tables["technologies"]

    @property
    def technology_flows(self) -> pd.DataFrame:
        """Inputs and outputs of one run."""
        return self.tables["technology_flows"]

    @property
    def processes(self) -> pd.DataFrame:
        """Technologies where they stand."""
        return self.tables["processes"]

    @property
    def reserves(self) -> pd.DataFrame:
        """Strategic reserves."""
        return self.tables["reserves"]

    @property
    def inventories(self) -> pd.DataFrame:
        """Commercial stocks."""
        return self.tables["inventories"]

    @property
    def lanes(self) -> pd.DataFrame:
        """Transport between member states."""
        return self.tables["lanes"]

    @property
    def restraint(self) -> pd.DataFrame:
        """Demand that may be given up."""
        return self.tables["restraint"]

    @property
    def harm(self) -> pd.DataFrame:
        """Harm of shortages."""
        return self.tables["harm"]

    @property
    def contents(self) -> pd.DataFrame:
        """What goods hold of a material."""
        return self.tables["contents"]

    @property
    def published(self) -> pd.DataFrame:
        """Figures of others to compare with."""
        return self.tables["published"]

    @property
    def deviations(self) -> pd.DataFrame:
        """Why the baseline differs from what is published."""
        return self.tables["deviations"]

    @property
    def sources(self) -> pd.DataFrame:
        """Citations."""
        return self.tables["sources"]

    @property
    def choices(self) -> pd.DataFrame:
        """What was chosen where sources differ."""
        return self.tables["choices"]

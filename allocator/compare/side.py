"""One side of a comparison: a finished run, read from the files it wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from allocator.errors import Finding, InvalidInput

#: The files that a comparison reads.
MARK = "summary.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Side:
    """A finished run.

    Attributes:
        summary, manifest: the content of its files of that name.
        allocation, reserves: its tables.
    """

    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]
    allocation: pd.DataFrame
    reserves: pd.DataFrame

    @property
    def run(self) -> str:
        """Name of the run: scenario and first digits of the case hash."""
        return str(self.manifest["run"])

    @property
    def concept(self) -> bool:
        """Whether its framework is a concept."""
        return bool(self.summary["framework_status"] == "concept")

    @property
    def may_differ(self) -> bool:
        """Whether its search was limited in time."""
        return "seconds" in self.manifest.get("solver", {})

    def title(self, of: str) -> Mapping[str, str]:
        """Return the title of the ``scenario`` or ``framework`` in English and Dutch."""
        title: Mapping[str, str] = self.summary["titles"][of]
        return title

    def tier(self, rank: int) -> Mapping[str, str] | None:
        """Return the name of a class in English and Dutch; None where the framework has no such rank."""
        named: Mapping[str, Mapping[str, str]] = self.summary["titles"]["tiers"]
        return named.get(str(rank))


def read_side(folder: Path) -> Side:
    """Read a finished run.

    Raises:
        InvalidInput: a file of the run is missing or is not what a run writes.
    """
    try:
        summary, manifest = (json.loads((folder / name).read_text(encoding="utf-8")) for name in (MARK, MANIFEST))
        allocation, reserves = (pd.read_csv(folder / f"{name}.csv", keep_default_na=False) for name in ("allocation", "reserves"))
        side = Side(summary, manifest, allocation, reserves)
        _ = side.run, side.concept, side.may_differ, side.title("scenario"), side.tier(1), summary["case_hash"], manifest["classification"]
        _ = allocation[[*_COLUMNS]], reserves[["reserve", "period", "released", "closing"]]
    except FileNotFoundError as error:
        raise _no_run(folder, f"no finished run is here: {Path(error.filename).name} is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_run(folder, f"this is not what a run writes ({type(error).__name__}: {error})") from None
    return side


_COLUMNS = ("branch", "period", "region", "sector", "commodity", "unit", "tier", "demand", "restrained", "shortfall", "coverage")


def _no_run(folder: Path, message: str) -> InvalidInput:
    return InvalidInput([Finding(str(folder), 0, 0, "", f"{message}; name the folder of a run, a scenario or a framework", "A706")])

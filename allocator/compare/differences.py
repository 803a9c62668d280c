"""What differs between two runs: by class, sector, good, claim, period and reserve. What does not differ is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocator.compare.side import Side
from allocator.errors import Finding, InvalidInput

#: Certificates hold to a millionth, so a smaller difference says nothing.
SAME = 1e-6
CLAIM = ["region", "sector", "commodity"]
_CELL = ["branch", *CLAIM, "period"]
_QUANTITIES = ["demand", "restrained", "shortfall"]


@dataclass(frozen=True)
class Comparison:
    """Two runs beside each other; a column of A ends in ``_a``, one of B in ``_b``, and a change is B minus A.

    Attributes:
        a, b: the runs.
        question: what differs in what was asked: the name, and its value in A and B.
        periods: that both have.
        only_a, only_b: claims that only one of them has.
        compared: claims that both have.
        tiers: classes by rank: coverage (mean over the cells that both runs have) and lowest coverage.
        sectors: class, coverage, and how many claims gain or lose.
        goods: by sector and commodity: class, demand, restraint and shortfall over the horizon in `unit`, coverage of the whole;
            `verdict` is ``gains``, ``loses``, ``shifts`` where some cells gain and others lose, or ``restraint`` where only that differs.
        claims: the same by claim.
        months: sectors by period: coverage.
        reserves: what was released over the horizon and what is left at its end.
    """

    a: Side
    b: Side
    question: pd.DataFrame
    periods: tuple[str, ...]
    only_a: int
    only_b: int
    compared: int
    tiers: pd.DataFrame
    sectors: pd.DataFrame
    goods: pd.DataFrame
    claims: pd.DataFrame
    months: pd.DataFrame
    reserves: pd.DataFrame

    @property
    def classification(self) -> str:
        """The classifications of the two that are not public; empty where both are."""
        marks = (str(side.manifest["classification"]) for side in (self.a, self.b))
        return ", ".join(dict.fromkeys(mark for mark in marks if mark != "public"))

    @property
    def may_differ(self) -> bool:
        """Whether the search of one of the two was limited in time."""
        return self.a.may_differ or self.b.may_differ

    @property
    def same(self) -> bool:
        """Whether nobody gets more or less."""
        return self.claims.empty and self.reserves.empty


def compare(a: Side, b: Side) -> Comparison:
    """Compare two runs on the claims and periods that both have.

    Raises:
        InvalidInput: they have none in common.
    """
    cells = a.allocation.merge(b.allocation, on=[*_CELL, "unit"], suffixes=("_a", "_b")).sort_values(_CELL, ignore_index=True)
    if cells.empty:
        message = "the two runs have no claim in a period in common; compare runs of the same kind of period, overlapping in time and scope"
        raise InvalidInput([Finding(b.run, 0, 0, "", message, "A706")])
    cells["coverage_change"] = cells["coverage_b"] - cells["coverage_a"]
    cells["up"], cells["down"] = cells["coverage_change"] > SAME, cells["coverage_change"] < -SAME
    claims, goods = _summed(cells, CLAIM), _summed(cells, ["sector", "commodity"])
    own_a, own_b = (set(side.allocation[CLAIM].itertuples(index=False, name=None)) for side in (a, b))
    return Comparison(
        a,
        b,
        _question(a, b),
        tuple(sorted(set(cells["period"]))),
        len(own_a - own_b),
        len(own_b - own_a),
        len(claims),
        _tiers(cells),
        _sectors(cells, claims),
        goods[goods["verdict"] != ""].reset_index(drop=True),
        claims[claims["verdict"] != ""].reset_index(drop=True),
        _months(cells),
        _reserves(a, b),
    )


def _question(a: Side, b: Side) -> pd.DataFrame:
    """Return what was asked differently; files that were read count by their hash."""
    rows = [(name, str(a.summary[name]), str(b.summary[name])) for name in ("scenario", "framework", "baseline")]
    rows += [("settings", " ".join(a.manifest["settings"]), " ".join(b.manifest["settings"]))]
    rows += [("classification", str(a.manifest["classification"]), str(b.manifest["classification"]))]
    files = [{(file["role"], file["file"]): str(file["sha256"]) for file in side.manifest["inputs"]} for side in (a, b)]
    rows += [(f"{role}: {file}", files[0][role, file], files[1][role, file]) for role, file in sorted(set(files[0]) & set(files[1]))]
    rows += [("case", str(a.summary["case_hash"]), str(b.summary["case_hash"]))]
    return pd.DataFrame([row for row in rows if row[1] != row[2]], columns=["name", "a", "b"], dtype=object)


def _tiers(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the classes of either run whose coverage differs; each run's own classes, so the same rank may hold other sectors."""
    parts = []
    for side in ("a", "b"):
        own = cells.groupby(f"tier_{side}")[f"coverage_{side}"].agg(["mean", "min"])
        parts.append(own.rename(columns={"mean": f"coverage_{side}", "min": f"lowest_{side}"}))
    table = parts[0].join(parts[1], how="outer").rename_axis("rank").reset_index()
    changed = (_differ(table, "coverage") | _differ(table, "lowest")).to_numpy()
    table = table[changed].reset_index(drop=True)
    table["sectors_differ"] = [
        set(cells.loc[cells["tier_a"] == rank, "sector"]) != set(cells.loc[cells["tier_b"] == rank, "sector"]) for rank in table["rank"]
    ]
    return table.assign(coverage_change=table["coverage_b"] - table["coverage_a"])


def _sectors(cells: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the sectors in which any cell differs, those that lose most first."""
    groups = cells.groupby("sector")
    table = groups[["coverage_a", "coverage_b"]].mean().join(groups[["tier_a", "tier_b"]].min())
    for verdict in ("gains", "loses", "shifts"):
        table[verdict] = claims[claims["verdict"] == verdict].groupby("sector").size().reindex(table.index, fill_value=0)
    table["coverage_change"] = table["coverage_b"] - table["coverage_a"]
    table = table[groups["up"].any() | groups["down"].any()].reset_index()
    return table.sort_values(["coverage_change", "sector"], ignore_index=True)


def _summed(cells: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return quantities over the horizon by `keys`, among them the commodity, and how they differ."""
    groups = cells.groupby([*keys, "unit"], as_index=False)
    table = groups.agg(
        tier_a=("tier_a", "min"),
        tier_b=("tier_b", "min"),
        **{f"{name}_{side}": (f"{name}_{side}", "sum") for name in _QUANTITIES for side in ("a", "b")},
        lowest_a=("coverage_a", "min"),
        lowest_b=("coverage_b", "min"),
        up=("up", "any"),
        down=("down", "any"),
    )
    for side in ("a", "b"):
        table[f"coverage_{side}"] = 1.0 - table[f"shortfall_{side}"] / table[f"demand_{side}"]
    for name in ("restrained", "shortfall", "coverage"):
        table[f"{name}_change"] = table[f"{name}_b"] - table[f"{name}_a"]
    restrained = table["restrained_change"].abs() > SAME * table[["demand_a", "demand_b"]].max(axis=1)
    verdicts = [table["up"] & table["down"], table["up"], table["down"], restrained]
    table["verdict"] = np.select(verdicts, ["shifts", "gains", "loses", "restraint"], "")
    return table.drop(columns=["up", "down"]).sort_values(["coverage_change", *keys], ignore_index=True)


def _months(cells: pd.DataFrame) -> pd.DataFrame:
    """Return coverage by sector and period, of sectors in which any cell differs."""
    changed = set(cells.loc[cells["up"] | cells["down"], "sector"])
    table = cells[cells["sector"].isin(changed)].groupby(["sector", "period"], as_index=False)[["coverage_a", "coverage_b"]].mean()
    return table.assign(coverage_change=table["coverage_b"] - table["coverage_a"])


def _reserves(a: Side, b: Side) -> pd.DataFrame:
    """Return reserves of which another quantity was released, or is left at the end."""
    keys = ["reserve", "owner", "region", "commodity", "unit"]
    tables = []
    for side, suffix in ((a, "_a"), (b, "_b")):
        groups = side.reserves.sort_values("period").groupby(keys)
        tables.append(
            groups.agg(released=("released", "sum"), closing=("closing", "last"), opening=("opening", "first")).add_suffix(suffix)
        )
    table = tables[0].join(tables[1], how="inner").reset_index()
    size = SAME * table[["opening_a", "opening_b"]].max(axis=1)
    changed = pd.Series(False, index=table.index)
    for name in ("released", "closing"):
        table[f"{name}_change"] = table[f"{name}_b"] - table[f"{name}_a"]
        changed |= table[f"{name}_change"].abs() > size
    return table[changed].sort_values("reserve", ignore_index=True)


def _differ(table: pd.DataFrame, name: str) -> pd.Series:
    """Return where a figure differs; one that only one run has differs."""
    return ~((table[f"{name}_b"] - table[f"{name}_a"]).abs() <= SAME)

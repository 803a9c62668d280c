"""What may be shown without telling of anybody: few contributors, one that outweighs the others, and differences between two runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

#: A sum of fewer contributors is suppressed, and so is one of which one contributor makes more than the share.
FEWEST = 3
LARGEST_SHARE = 0.75
#: What a step of a limit does, and how large the step is: of another's limit, a part of a figure of theirs.
MARGINALS = ("marginal_up", "marginal_down", "marginal_unit")
MEASURES = ("demand", "restrained", "allocated", "shortfall")
OTHER = "another member"


def aggregates(allocation: pd.DataFrame) -> list[dict[str, Any]]:
    """Return sums over regions and the horizon by sector and commodity; those that would tell of one contributor are suppressed.

    There are no totals over sectors or commodities: from them and the rest, what is suppressed could be worked out.
    """
    by_region = allocation.groupby(["sector", "commodity", "unit", "region"], sort=True)[list(MEASURES)].sum()
    rows = []
    for (sector, commodity, unit), own in by_region.groupby(level=["sector", "commodity", "unit"]):
        figures = own[own["demand"] > 0]
        told = not tells_of_one(figures)
        sums = {measure: float(figures[measure].sum()) if told else None for measure in MEASURES}
        rows.append({"sector": sector, "commodity": commodity, "unit": unit, "suppressed": not told, **sums})
    return rows


def tells_of_one(figures: pd.DataFrame) -> bool:
    """Return whether sums over rows, one for each contributor, tell too much of one of them."""
    if len(figures) < FEWEST:
        return True
    totals = figures[list(MEASURES)].sum()
    shares = figures[list(MEASURES)].max() / totals.where(totals > 0, float("inf"))
    return bool((shares > LARGEST_SHARE).any())


def told_by_difference(now: Mapping[str, str], earlier: Iterable[Mapping[str, str]]) -> bool:
    """Return whether a release beside an earlier one tells of fewer contributors than a sum may: those on which alone the two differ."""
    for before in earlier:
        changed = {region for region in {*now, *before} if now.get(region) != before.get(region)}
        if 0 < len(changed) < FEWEST:
            return True
    return False


def own_rows(table: pd.DataFrame, partner: str, regions: Collection[str]) -> pd.DataFrame:
    """Return the rows of one region, with no other region, nor a claim of one, named in any cell, and no step of a limit of theirs."""
    others = sorted(set(regions) - {partner})
    mine = table[table["region"] == partner].reset_index(drop=True)
    if not others:
        return mine
    named = re.compile(r"(?<![A-Za-z0-9])(" + "|".join([*others, *(other.lower() for other in others)]) + r")(/\w+/\w+)?(?=[^A-Za-z0-9]|$)")
    texts = [column for column in mine.columns if not pd.api.types.is_numeric_dtype(mine[column])]
    shown = mine.assign(**{column: [named.sub(OTHER, str(cell)) for cell in mine[column]] for column in texts})
    theirs = shown.get("binding_row", pd.Series("", shown.index)).str.contains(OTHER, regex=False)
    return shown.assign(**{column: shown[column].astype(object).mask(theirs, "") for column in MARGINALS if column in shown})

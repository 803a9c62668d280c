"""What the page shows of an answer, as numbers and ids: the page puts them in words, so that two languages share one solve."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocator.baseline import Baseline
from allocator.case.standing import standing_of
from allocator.explain import NOTHING
from allocator.explain.cuts import CLAIM, cut_table, decided_cells, grounds_of
from allocator.framework import Framework
from allocator.report.language import CODES, Language
from allocator.report.law import basis_words, ground_words
from allocator.report.mixing import inflows, sources_of
from allocator.report.view import View
from allocator.whatif import Answer

#: Cuts that are told, and sources and sectors that are drawn apart; smaller ones are drawn together.
MOST_CUTS, MOST_SOURCES, MOST_SECTORS = 12, 9, 11
FIGURES = ["demand", "restrained", "allocated", "shortfall"]


@dataclass(frozen=True)
class Finding:
    """An answer with the law and the figures it rests on; the report's arithmetic of sources reads it as it reads a run."""

    answer: Answer
    framework: Framework
    baseline: Baseline

    @property
    def case(self) -> Any:
        """What the scenario means."""
        return self.answer.case

    @property
    def allocation(self) -> Any:
        """The answer as tables."""
        return self.answer.allocation


def screen_of(found: Finding) -> dict[str, Any]:
    """Return everything that is drawn, flows between sources and sectors aside.

    Keys: `periods`; `sectors` with their class; `goods` that are short, the shortest first; `heat` with the coverage by good, sector and
    period; `tiers`; `reserves`; `cuts`, and the `rules` they stand under; `covered` with the coverage of every claim that is cut;
    `figures`; `solved`. Quantities have the unit of their good; shares are between 0 and 1; None stands where nothing is asked.
    """
    rows = found.answer.allocation.allocation
    periods = sorted(str(name) for name in rows["period"].unique())
    scarce = rows[rows["commodity"].isin(rows.loc[rows["shortfall"] > 0.0, "commodity"].unique())]
    goods = [good for good in _sums(scarce, ["commodity"]) if _short(good)]
    goods.sort(key=lambda good: good["coverage"])
    scarce = scarce[scarce["commodity"].isin([good["commodity"] for good in goods])]
    cuts, reserves = _cuts(found, scarce), _reserves(found)
    return {
        "periods": periods,
        "sectors": [[str(sector), int(tier)] for sector, tier in _sectors(rows)],
        "goods": [{"id": good["commodity"], **_numbers(good)} for good in goods],
        "heat": _heat(scarce, periods),
        "tiers": _tiers(scarce),
        "reserves": reserves,
        "cuts": [_cut(row) for row in cuts.head(MOST_CUTS).to_dict("records")],
        "rules": _rules(found, cuts.head(MOST_CUTS)),
        "covered": {str(claim): _share(value) for claim, value in zip(cuts["claim"], cuts["coverage"], strict=True)},
        "figures": _figures(found, scarce, cuts, reserves),
        "solved": _solved(found.answer),
    }


def flows_of(found: Finding, commodities: Iterable[str]) -> dict[str, Any]:
    """Return from which source to which sector goods go over the horizon, mixed as in the report; by good."""
    run: Any = found  # a finding has what the arithmetic of sources reads of a run
    entering = inflows(run)
    return {commodity: _bands(sources_of(run, entering, commodity)) for commodity in commodities}


def _sectors(rows: pd.DataFrame) -> list[tuple[str, int]]:
    """Return sectors in the order of their classes; one with goods in several stands in the highest."""
    first = rows.groupby("sector")["tier"].min()
    return sorted(((str(name), int(tier)) for name, tier in first.items()), key=lambda one: (one[1], one[0]))


def _sums(rows: pd.DataFrame, keys: list[str]) -> list[dict[str, Any]]:
    """Return the figures of rows summed by keys, in their order, with the coverage; grouping costs ten times as much."""
    coded = [pd.factorize(rows[key], sort=True) for key in keys]
    shape = [max(len(names), 1) for _, names in coded]
    place = np.ravel_multi_index([codes for codes, _ in coded], shape)
    there = np.unique(place)
    named = [names[codes].tolist() for (_, names), codes in zip(coded, np.unravel_index(there, shape), strict=True)]
    sums = [np.bincount(place, rows[name])[there].tolist() for name in FIGURES]
    found = [dict(zip([*keys, *FIGURES], one, strict=True)) for one in zip(*named, *sums, strict=True)]
    return [{**one, "coverage": 1.0 - one["shortfall"] / one["demand"]} for one in found]


def _short(sums: dict[str, Any]) -> bool:
    return bool(sums["shortfall"] > NOTHING * sums["demand"])


def _heat(scarce: pd.DataFrame, periods: list[str]) -> dict[str, dict[str, list[float | None]]]:
    place = {name: at for at, name in enumerate(periods)}
    heat: dict[str, dict[str, list[float | None]]] = {}
    for cell in _sums(scarce, ["commodity", "sector", "period"]):
        row = heat.setdefault(cell["commodity"], {}).setdefault(cell["sector"], [None] * len(periods))
        row[place[cell["period"]]] = _share(cell["coverage"])
    return heat


def _tiers(scarce: pd.DataFrame) -> list[dict[str, Any]]:
    """Return demand and shortfall by good and tier."""
    return [
        {"tier": int(one["tier"]), "good": one["commodity"], **_numbers(one, ("demand", "shortfall"))}
        for one in _sums(scarce, ["tier", "commodity"])
    ]


def _reserves(found: Finding) -> list[dict[str, Any]]:
    """Return the stock of every opened reserve at the start and after each period, with its floor at the start."""
    opened = found.case.reserves[found.case.reserves["open"].astype(bool) & (found.case.reserves["opening"] > 0)]
    table = found.allocation.reserves.sort_values(["reserve", "period"])
    stocks = dict(iter(table.groupby("reserve")))
    return [
        {
            "id": str(one["reserve"]),
            "owner": str(one["owner"]),
            "region": str(one["region"]),
            "good": str(one["commodity"]),
            "floor": _number(min(one["floor"], one["opening"])),
            "stock": [_number(one["opening"]), *map(_number, stocks[one["reserve"]]["closing"])],
            "released": _number(stocks[one["reserve"]]["released"].sum()),
        }
        for one in opened.to_dict("records")
    ]


def _cuts(found: Finding, scarce: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that are cut, those of the highest class first and of these the largest cut."""
    answer = found.answer
    short = scarce[scarce["shortfall"] > 0.0]
    names = (short["region"] + "/" + short["sector"] + "/" + short["commodity"]).unique()
    decided = decided_cells(answer.instance, answer.solution, names)
    table = cut_table(answer.case, found.framework, scarce, decided)
    return table.sort_values(["tier", "coverage", "claim"], kind="stable", ignore_index=True)


def _cut(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        **{name: str(row[name]) for name in CLAIM},
        **{name: int(row[name]) for name in ("tier", "deciding_tier")},
        "capped": bool(row["capped"]),
        "coverage": _share(row["coverage"]),
        "lowest": _share(row["lowest"]),
        "periods": sorted(row["periods"]),
        **_numbers(row, ("demand", "shortfall")),
    }


def _rules(found: Finding, cuts: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how the classes of cut claims share and what was decided for single ones, and on what that stands, in English and Dutch."""
    run: Any = found  # a finding has what the words of the law read of a run
    views = [View(run, Language(code)) for code in CODES]
    standing = standing_of(found.case, found.framework)
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cut in cuts.to_dict("records"):
        tier, good = cut["tier"], cut["commodity"]
        for ground in grounds_of(standing, cut["claim"], None if cut["capped"] else int(tier), cut["at_cap"]):
            rule = [ground_words(view, ground, good) for view in views]
            basis = [basis_words(view, ground.basis) for view in views]
            told.setdefault((int(tier), *rule), {"tier": int(tier), "rule": rule, "basis": basis, "none": ground.basis.status == "none"})
    return [told[key] for key in sorted(told)]


def _figures(found: Finding, scarce: pd.DataFrame, cuts: pd.DataFrame, stocks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the few figures that stand on top."""
    claims = found.case.claims
    first = int(found.answer.allocation.allocation["tier"].min())
    lowest = cuts.sort_values(["coverage", "claim"], kind="stable").head(1).to_dict("records")
    short = [cell for cell in _sums(scarce, ["commodity", "sector", "tier", "period"]) if _short(cell)]
    left = [one["stock"][-1] / one["stock"][0] for one in stocks]
    return {
        "goods_short": len({cell["commodity"] for cell in short}),
        "goods": int(claims["commodity"].nunique()),
        "claims_cut": len(cuts),
        "claims": len(claims),
        "first_tier_cut": int((cuts["tier"] == first).sum()),
        "lowest": _share(lowest[0]["coverage"]) if lowest else 1.0,
        "lowest_claim": {name: str(lowest[0][name]) for name in CLAIM} if lowest else None,
        "periods_short": len({cell["period"] for cell in short}),
        "reserve_left": _share(min(left)) if left else None,
        "reserve": stocks[int(np.argmin(left))]["id"] if left else None,
    }


def _solved(answer: Answer) -> dict[str, Any]:
    return {
        "parts": answer.parts,
        "touched": answer.touched,
        "rebuilt": answer.rebuilt,
        "columns": answer.solution.columns,
        "stages": len(answer.solution.stages),
        "seconds": round(sum(answer.seconds.values()), 3),
    }


def _bands(flows: pd.DataFrame) -> dict[str, Any]:
    """Return sources, sectors and the quantities between them, the largest first; small ones are put together as ``others``."""
    kinds = flows["kind"].astype(str) + ":" + flows["name"].astype(str)
    table = pd.DataFrame({"source": kinds, "sector": flows["sector"].astype(str), "quantity": flows["quantity"]})
    for column, most in (("source", MOST_SOURCES), ("sector", MOST_SECTORS)):
        sizes = table.groupby(column)["quantity"].sum().sort_values(ascending=False, kind="stable")
        if len(sizes) > most:
            table[column] = table[column].where(table[column].isin(sizes.index[: most - 1]), "others")
    grid = table.pivot_table(index="source", columns="sector", values="quantity", aggfunc="sum").fillna(0.0)
    sources = [str(name) for name in grid.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    sectors = [str(name) for name in grid.sum(axis=0).sort_values(ascending=False, kind="stable").index]
    return {"sources": sources, "sectors": sectors, "quantities": [[_number(grid.loc[one, two]) for two in sectors] for one in sources]}


def _numbers(row: dict[Any, Any], names: Iterable[str] = (*FIGURES, "coverage")) -> dict[str, float]:
    return {name: _number(row[name]) for name in names}


def _number(value: Any) -> float:
    """Return a quantity with six digits: more are in the files of a run."""
    return float(f"{float(value):.6g}")


def _share(value: Any) -> float:
    return round(float(value), 7)

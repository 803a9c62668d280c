"""Claims that nothing can reach at all."""

from __future__ import annotations

import pandas as pd

from allocator.case import Case

CLAIM = ["region", "sector", "commodity"]


def without_route(case: Case) -> pd.DataFrame:
    """Return the claims whose region and commodity nothing can reach: no line, stock, process or lane with anything in it."""
    reached = _stocked(case)
    processes = case.flows.merge(case.processes[["process", "region"]], on="process")
    running = set(case.runs.loc[case.runs["limit"] * case.runs["yield_share"] > 0, "process"])
    recipes: dict[str, dict[str, set[tuple[str, str]]]] = {name: {"input": set(), "output": set()} for name in sorted(running)}
    columns = (processes[column].to_numpy() for column in ("process", "direction", "region", "commodity"))
    for name, direction, *pair in zip(*columns, strict=True):
        if name in recipes:
            recipes[name][direction].add((pair[0], pair[1]))
    lanes = case.lanes[case.lanes["lane"].isin(case.transfers.loc[case.transfers["limit"] > 0, "lane"])]
    carried = list(zip(*(lanes[column].to_numpy() for column in ("origin", "region", "commodity")), strict=True))
    found = -1
    while found < len(reached):
        found = len(reached)
        for recipe in recipes.values():
            if recipe["input"] <= reached:
                reached |= recipe["output"]
        reached |= {(region, commodity) for origin, region, commodity in carried if (origin, commodity) in reached}
    cut_off = [pair not in reached for pair in zip(case.claims["region"], case.claims["commodity"], strict=True)]
    return case.claims.loc[cut_off, CLAIM].reset_index(drop=True)


def _stocked(case: Case) -> set[tuple[str, str]]:
    sending = set(case.dispatches.loc[case.dispatches["limit"] > 0, "line"])
    open_reserves = set(case.releases.loc[case.releases["limit"] > 0, "reserve"])
    return (
        _pairs(case.lines[case.lines["line"].isin(sending)])
        | _pairs(case.under_way[case.under_way["quantity"] > 0])
        | _pairs(case.inventories[case.inventories["opening"] > 0])
        | _pairs(case.reserves[case.reserves["reserve"].isin(open_reserves)])
    )


def _pairs(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["region"].to_numpy(), table["commodity"].to_numpy(), strict=True))

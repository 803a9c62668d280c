"""Every row is there, once."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import CLAIM, PLACE, Ledger


@CHECKS.register("completeness")
def check_completeness(ledger: Ledger) -> pd.DataFrame:
    """Every claim, line, process, lane, reserve and store of the case has exactly one row in every period, and there are no others."""
    case = ledger.case
    every = case.periods[["period"]]
    within = set(case.periods.loc[case.periods["horizon"], "period"])
    plan, answer = ledger.allocation.plan, ledger.allocation
    cells = case.cells[[*CLAIM, "period"]]
    stocks = case.reserves[["reserve"]].merge(every, how="cross")
    due = (
        ("plan of claims", plan["claims"], cells),
        ("plan of restraint", plan["blocks"], case.restraints[[*CLAIM, "period", "block"]]),
        ("plan of lines", plan["dispatches"], case.dispatches[["line", "period"]]),
        ("plan of processes", plan["runs"], case.runs[["process", "period"]]),
        ("plan of lanes", plan["transfers"], case.lanes[["lane"]].merge(every, how="cross")),
        ("plan of reserves", plan["stocks"], stocks),
        ("plan of inventories", plan["inventories"], case.inventories[PLACE].merge(every, how="cross")),
        ("allocation", answer.allocation, cells[cells["period"].isin(within)]),
        ("reserves", answer.reserves, stocks[stocks["period"].isin(within)]),
    )
    return together(*(_counted(name, found, keys) for name, found, keys in due))


def _counted(name: str, found: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
    columns = list(due.columns)
    rows = found.groupby(["branch", *columns], as_index=False).size().rename(columns={"size": "rows"})
    table = due.assign(branch="base", due=1.0).merge(rows, on=["branch", *columns], how="outer")
    table[["due", "rows"]] = table[["due", "rows"]].astype("float64").fillna(0.0)
    return compare(f"rows in the {name}", places(table, *columns), table["rows"], "is", table["due"], 1.0)

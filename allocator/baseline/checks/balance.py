"""In balance before the crisis."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.dependency import MONTHS
from allocator.baseline.model import OWN, Baseline

TOLERANCE = 1e-9


@CHECKS.register("balance")
def check_balance(baseline: Baseline) -> Iterator[Fault]:
    """Arrivals, outputs and trade in equal claims, inputs and trade out in every region, to 1e-9 of what passes (A119)."""
    passing = annual_flows(baseline)
    goods = {commodity: int(str(row)) for row, commodity in baseline.commodities["commodity"].items()}
    for (region, commodity), supply, use in zip(passing.index, passing["supply"], passing["use"], strict=True):
        if abs(supply - use) > TOLERANCE * max(supply, use) and commodity in goods:
            message = (
                f"{commodity} in {region}: {supply:.9g} comes in and {use:.9g} is used in a year before any crisis; "
                f"change a supply line, process, lane or claim by {abs(supply - use):.12g} until both agree"
            )
            table, column, row = _own_row(baseline, region, commodity) or ("commodities", "commodity", goods[commodity])
            yield Fault(table, row, column, message, "A119")


def _own_row(baseline: Baseline, region: str, commodity: str) -> tuple[str, str, int] | None:
    """Return table, column and index of the first own figure that may have upset the balance of a region and commodity, if there is one."""
    flows = baseline.technology_flows
    makers = flows.loc[flows["commodity"] == commodity, "technology"]
    upset = flows.index >= OWN
    for name, column, places in (
        ("demands", "annual_quantity", ("region",)),
        ("supply_lines", "annual_quantity", ("region",)),
        ("lanes", "trade_per_month", ("region", "origin")),
        ("processes", "runs_per_month", ("region",)),
    ):
        rows = baseline.tables[name]
        at = (rows[list(places)] == region).any(axis=1) & (rows.index >= OWN)
        at &= rows["technology"].isin(makers) if name == "processes" else rows["commodity"] == commodity
        if at.any():
            return name, column, int(rows.index[at][0])
    upset &= (flows["commodity"] == commodity).to_numpy()
    return ("technology_flows", "quantity_per_run", int(flows.index[upset][0])) if upset.any() else None


def annual_flows(baseline: Baseline) -> pd.DataFrame:
    """Return what comes in (`supply`) and what is used or sent on (`use`) in an undisturbed year, by region and commodity."""
    index = ["region", "commodity"]
    runs = baseline.processes.merge(
        baseline.technology_flows[["technology", "commodity", "direction", "quantity_per_run"]], on="technology"
    )
    runs["flow"] = runs["runs_per_month"] * MONTHS * runs["quantity_per_run"]
    lanes = baseline.lanes.assign(flow=baseline.lanes["trade_per_month"] * MONTHS)
    supply = [
        baseline.supply_lines.groupby(index)["annual_quantity"].sum(),
        runs[runs["direction"] == "output"].groupby(index)["flow"].sum(),
        lanes.groupby(index)["flow"].sum(),
    ]
    use = [
        baseline.demands.groupby(index)["annual_quantity"].sum(),
        runs[runs["direction"] == "input"].groupby(index)["flow"].sum(),
        lanes.drop(columns="region").rename(columns={"origin": "region"}).groupby(index)["flow"].sum(),
    ]
    flows = pd.DataFrame({"supply": _total(supply), "use": _total(use)})
    return flows.fillna(0.0).sort_index()


def _total(parts: list[pd.Series]) -> pd.Series:
    total: pd.Series = pd.concat(parts).groupby(level=[0, 1]).sum()
    return total

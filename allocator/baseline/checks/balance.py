"""In balance before the crisis."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.dependency import MONTHS
from allocator.baseline.model import Baseline

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
                "change a supply line, process, lane or claim until both agree"
            )
            yield Fault("commodities", goods[commodity], "commodity", message, "A119")


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

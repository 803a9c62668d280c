"""What the baseline says about one commodity: its chain, origins, users, stocks, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from allocator.baseline.checks.balance import MONTHS
from allocator.baseline.checks.sources import ASSUMPTION
from allocator.baseline.model import Baseline


@dataclass(frozen=True)
class Overview:
    """Tidy tables about one commodity.

    Attributes:
        commodity: its row in commodities.csv.
        chain: technology, direction, commodity, quantity_per_run, annual_runs: every technology that makes or takes it, with all its flows.
        makers: technology, region, annual_quantity.
        origins: origin, route, chokepoints, lead_days, annual_quantity, share (of imports).
        users: sector, annual_quantity, share (of claims), largest (the three largest states), basis (share of it that is assumed).
        stocks: kind, place, quantity, days (of the use of the Union).
        sources: source, citation, rows (how many rows about the commodity rest on it).
    """

    commodity: pd.Series
    chain: pd.DataFrame
    makers: pd.DataFrame
    origins: pd.DataFrame
    users: pd.DataFrame
    stocks: pd.DataFrame
    sources: pd.DataFrame


def overview_of(baseline: Baseline, commodity: str) -> Overview:
    """Return the overview of a commodity that stands in commodities.csv."""
    about = baseline.commodities[baseline.commodities["commodity"] == commodity]
    flows = baseline.technology_flows
    technologies = sorted(set(flows.loc[flows["commodity"] == commodity, "technology"]))
    makers = _makers(baseline, commodity)
    return Overview(
        commodity=about.iloc[0],
        chain=_chain(baseline, technologies),
        makers=makers,
        origins=_origins(baseline, commodity),
        users=_users(baseline, commodity),
        stocks=_stocks(baseline, commodity),
        sources=_sources(
            baseline,
            [
                about,
                *(_about(baseline.tables[name], commodity) for name in ("demands", "supply_lines", "reserves", "inventories", "lanes")),
                flows[flows["technology"].isin(technologies)],
                baseline.processes[baseline.processes["technology"].isin(technologies)],
            ],
        ),
    )


def _about(frame: pd.DataFrame, commodity: str) -> pd.DataFrame:
    return frame[frame["commodity"] == commodity]


def _chain(baseline: Baseline, technologies: list[str]) -> pd.DataFrame:
    runs = baseline.processes.groupby("technology")["runs_per_month"].sum() * MONTHS
    chain = baseline.technology_flows[baseline.technology_flows["technology"].isin(technologies)]
    chain = chain[["technology", "direction", "commodity", "quantity_per_run"]]
    chain = chain.assign(annual_runs=chain["technology"].map(runs).fillna(0.0))
    return chain.sort_values(["technology", "direction", "commodity"]).reset_index(drop=True)


def _makers(baseline: Baseline, commodity: str) -> pd.DataFrame:
    outputs = _about(baseline.technology_flows, commodity)
    outputs = outputs[outputs["direction"] == "output"][["technology", "quantity_per_run"]]
    made = baseline.processes[["technology", "region", "runs_per_month"]].merge(outputs, on="technology")
    made["annual_quantity"] = made["runs_per_month"] * MONTHS * made["quantity_per_run"]
    return _largest_first(made.groupby(["technology", "region"])[["annual_quantity"]].sum().reset_index())


def _origins(baseline: Baseline, commodity: str) -> pd.DataFrame:
    lines = _about(baseline.supply_lines, commodity)
    passed = baseline.routes[baseline.routes["chokepoint"] != ""].groupby("route")["chokepoint"].agg(", ".join)
    grouped = lines.groupby(["origin", "route", "lead_days"], as_index=False)["annual_quantity"].sum()
    grouped = grouped.assign(chokepoints=grouped["route"].map(passed).fillna(""), share=_share(grouped["annual_quantity"]))
    return _largest_first(grouped[["origin", "route", "chokepoints", "lead_days", "annual_quantity", "share"]])


def _users(baseline: Baseline, commodity: str) -> pd.DataFrame:
    rows = []
    for sector, claims in _about(baseline.demands, commodity).groupby("sector", sort=True):
        largest = claims.sort_values(["annual_quantity", "region"], ascending=[False, True]).head(3)
        rows.append(
            {
                "sector": sector,
                "annual_quantity": claims["annual_quantity"].sum(),
                "largest": ", ".join(largest["region"]),
                "basis": ", ".join(sorted(set(claims["basis"]))),
            }
        )
    users = pd.DataFrame(rows, columns=["sector", "annual_quantity", "largest", "basis"])
    return _largest_first(users.assign(share=_share(users["annual_quantity"])))


def _stocks(baseline: Baseline, commodity: str) -> pd.DataFrame:
    use = _about(baseline.demands, commodity)["annual_quantity"].sum()
    taken = baseline.processes[["technology", "runs_per_month"]].merge(_about(baseline.technology_flows, commodity), on="technology")
    taken = taken[taken["direction"] == "input"]
    daily = (use + (taken["runs_per_month"] * taken["quantity_per_run"]).sum() * MONTHS) / 365
    reserves = _about(baseline.reserves, commodity)
    rows = [("reserve", name, quantity) for name, quantity in zip(reserves["reserve"], reserves["quantity"], strict=True)]
    rows.append(("commercial stock", "all states", float(_about(baseline.inventories, commodity)["quantity"].sum())))
    stocks = pd.DataFrame(rows, columns=["kind", "place", "quantity"])
    return stocks.assign(days=stocks["quantity"] / daily if daily else 0.0)


def _sources(baseline: Baseline, frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    named = pd.concat([frame["source"].str.split("; ") for frame in frames]).explode()
    counted = named.value_counts().rename_axis("source").reset_index(name="rows")
    cited = counted.merge(baseline.sources[["source", "citation", "url"]], on="source")
    own = cited["source"] == ASSUMPTION
    return (
        pd.concat([cited[~own], cited[own]]).sort_values(["rows", "source"], ascending=[False, True], kind="stable").reset_index(drop=True)
    )


def _share(quantity: pd.Series) -> pd.Series:
    return quantity / quantity.sum() if len(quantity) else quantity


def _largest_first(frame: pd.DataFrame) -> pd.DataFrame:
    others = [name for name in ("technology", "origin", "sector", "region") if name in frame]
    order = ["annual_quantity", *others]
    return frame.sort_values(order, ascending=[False, *(True for _ in others)]).reset_index(drop=True)

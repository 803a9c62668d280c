"""What part of the baseline is decided, and how the rest enters: as fixed supply lines and an export claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from allocator.baseline import Baseline
from allocator.case.arrivals import kept_share
from allocator.case.model import Note
from allocator.errors import InvalidInput
from allocator.periods import Horizon, period_days, year_share
from allocator.scenario import Scenario, Scope
from allocator_models.instance import sorted_by

#: Technology and commodity of what levers link.
Links = tuple[tuple[str, str], ...]
#: The sector that stands for use outside the scope.
EXPORTS = "exports"


@dataclass(frozen=True)
class ScopedBaseline:
    """The rows of the baseline in scope, with quantities per period; lines, processes and lanes stand in the order of their names.

    Attributes:
        regions, commodities: names, sorted.
        demands: region, sector, commodity, quantity.
        lines: line, commodity, origin, region, route, arriving (after losses), spare_share, lead_days, premium_eur, outside,
            origin_exports (what its origin sends of the commodity to other regions of the baseline in a year).
        processes: process, technology, region, undisturbed (runs), lead_days, cost_eur.
        flows: process, commodity, direction, quantity (per run).
        steps: technology, input, output, lead_days of the technologies in scope.
        lanes: lane, origin, region, commodity, undisturbed, capacity, transit_days, lead_days (0 when less than half a period), cost_eur.
        reserves, inventories: as in the baseline.
        notes: what the report must say about the scope.
    """

    regions: tuple[str, ...]
    commodities: tuple[str, ...]
    demands: pd.DataFrame
    lines: pd.DataFrame
    processes: pd.DataFrame
    flows: pd.DataFrame
    steps: pd.DataFrame
    lanes: pd.DataFrame
    reserves: pd.DataFrame
    inventories: pd.DataFrame
    notes: tuple[Note, ...]


def baseline_in_scope(baseline: Baseline, scenario: Scenario, links: Links = ()) -> ScopedBaseline:
    """Return what the scenario's scope leaves of the baseline.

    Lanes from a region outside the scope become supply lines that send their undisturbed trade; they have no route, so no chokepoint
    stops them, but a disruption that names their origin, or transport from there, does. Lanes to a region outside become a claim of
    sector `EXPORTS` for their undisturbed trade. A list of commodities is closed over the processes in scope: whatever a process links
    to a listed commodity, as input or as output, comes along, because half a chain would give another answer.

    Args:
        baseline: the whole baseline.
        scenario: states the scope.
        links: technology, commodity of what levers link besides.

    Raises:
        InvalidInput: nothing is left.
    """
    scoped = _in_scope(baseline, scenario.scope, scenario.horizon, links)
    if not (scoped.demands["quantity"] > 0).any():
        message = "nothing in this scope asks for anything; name regions and commodities with demand"
        raise InvalidInput([scenario.source.finding(("scope",), message, "31")])
    return scoped


@lru_cache(maxsize=4)
def _in_scope(baseline: Baseline, scope: Scope, horizon: Horizon, links: Links) -> ScopedBaseline:
    share_of_year = year_share(horizon)
    regions = _chosen(scope.regions, baseline.regions["region"])
    processes = baseline.processes[baseline.processes["region"].isin(regions)]
    columns = ["technology", "commodity", "direction", "quantity_per_run"]
    flows = processes[["process", "technology"]].merge(baseline.technology_flows[columns], on="technology")
    linked = pd.concat([flows, pd.DataFrame(links, columns=["technology", "commodity"])]) if links else flows
    commodities, pulled = _closed(_chosen(scope.commodities, baseline.commodities["commodity"]), linked)
    notes = [Note("commodity_pulled_in", "scope.commodities", good) for good in sorted(pulled)]

    flows = flows[flows["commodity"].isin(commodities)].rename(columns={"quantity_per_run": "quantity"})
    processes = processes.loc[processes["process"].isin(flows["process"]), ["process", "technology", "region", "runs_per_month"]]
    processes = processes.merge(baseline.technologies[["technology", "lead_days", "cost_eur"]], on="technology")
    processes = processes.assign(undisturbed=processes["runs_per_month"] * 12.0 * share_of_year)
    demands = _within(baseline.demands, regions, commodities)
    demands = demands.assign(quantity=demands["annual_quantity"] * share_of_year)[["region", "sector", "commodity", "quantity"]]
    lines = _within(baseline.supply_lines, regions, commodities)
    lines = lines.assign(arriving=lines["annual_quantity"] * share_of_year, outside=False)

    lanes = baseline.lanes[baseline.lanes["commodity"].isin(commodities)]
    lanes = lanes.assign(
        lane=lanes["origin"] + "_" + lanes["region"] + "_" + lanes["commodity"],
        undisturbed=lanes["trade_per_month"] * 12.0 * share_of_year,
        capacity=lanes["quantity_per_month"] * 12.0 * share_of_year,
    )
    from_inside, to_inside = lanes["origin"].isin(regions), lanes["region"].isin(regions)
    inward = lanes[~from_inside & to_inside & (lanes["undisturbed"] > 0)]
    outward = lanes[from_inside & ~to_inside & (lanes["undisturbed"] > 0)]
    notes += [Note("outside_supply", "scope.regions", lane) for lane in sorted(inward["lane"])]
    notes += [Note("outside_use", "scope.regions", lane) for lane in sorted(outward["lane"])]
    return ScopedBaseline(
        regions=regions,
        commodities=commodities,
        demands=_with_exports(demands, outward),
        lines=sorted_by(_with_exports_of_origin(_with_outside(lines, inward, baseline.commodities), baseline), ["line"]),
        processes=sorted_by(processes, ["process"]),
        flows=flows[["process", "commodity", "direction", "quantity"]].reset_index(drop=True),
        steps=_steps(flows, baseline.technologies),
        lanes=sorted_by(_within_a_period(lanes[from_inside & to_inside], period_days(horizon)), ["lane"]),
        reserves=_within(baseline.reserves, regions, commodities),
        inventories=_within(baseline.inventories, regions, commodities),
        notes=tuple(notes),
    )


def _chosen(chosen: tuple[str, ...] | str, known: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(known if isinstance(chosen, str) else set(chosen) & set(known)))


def _within(table: pd.DataFrame, regions: tuple[str, ...], commodities: tuple[str, ...]) -> pd.DataFrame:
    return table[table["region"].isin(regions) & table["commodity"].isin(commodities)].reset_index(drop=True)


def _closed(chosen: tuple[str, ...], flows: pd.DataFrame) -> tuple[tuple[str, ...], set[str]]:
    """Return the commodities that processes link to the chosen ones, and those that were not chosen themselves."""
    goods = sorted({*chosen, *flows["commodity"]})
    code = {good: number for number, good in enumerate(goods)}
    technologies, technology = np.unique(flows["technology"].to_numpy(dtype=str), return_inverse=True)
    size = len(goods) + len(technologies)
    links = (technology + len(goods), flows["commodity"].map(code).to_numpy(dtype=np.int64))
    graph = coo_array((np.ones(len(flows)), links), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    wanted = {part[code[good]] for good in chosen}
    closed = tuple(good for good in goods if part[code[good]] in wanted)
    return closed, set(closed) - set(chosen)


def _within_a_period(lanes: pd.DataFrame, days: float) -> pd.DataFrame:
    """Let lanes that take less than half a period deliver within it: split, they would be a store (docs/decisions/0015)."""
    return lanes.assign(transit_days=lanes["lead_days"], lead_days=lanes["lead_days"].where(lanes["lead_days"] >= days / 2.0, 0.0))


def _with_exports(demands: pd.DataFrame, outward: pd.DataFrame) -> pd.DataFrame:
    exports = outward[["origin", "commodity", "undisturbed", "lane"]].sort_values("lane")
    exports = exports.rename(columns={"origin": "region", "undisturbed": "quantity"}).assign(sector=EXPORTS)
    together = pd.concat([demands, exports[["region", "sector", "commodity", "quantity"]]], ignore_index=True)
    return together.groupby(["region", "sector", "commodity"])["quantity"].sum().reset_index()


def _with_outside(lines: pd.DataFrame, inward: pd.DataFrame, commodities: pd.DataFrame) -> pd.DataFrame:
    columns = ["line", "commodity", "origin", "region", "route", "arriving", "spare_share", "lead_days", "premium_eur", "outside"]
    loss = inward["commodity"].map(commodities.set_index("commodity")["loss_per_month"])
    outside = inward.assign(
        line="outside_" + inward["lane"],
        route="",
        arriving=inward["undisturbed"] * kept_share(inward["lead_days"].to_numpy(dtype=np.float64), loss.to_numpy(np.float64)),
        spare_share=0.0,
        premium_eur=0.0,
        outside=True,
    )
    return pd.concat([lines[columns], outside[columns]], ignore_index=True)


def _with_exports_of_origin(lines: pd.DataFrame, baseline: Baseline) -> pd.DataFrame:
    """Add what each origin sends of the commodity in a year to all other regions of the baseline, in scope or not."""
    sent = baseline.supply_lines[["origin", "region", "commodity", "annual_quantity"]]
    traded = baseline.lanes[["origin", "region", "commodity"]].assign(annual_quantity=12.0 * baseline.lanes["trade_per_month"])
    every = pd.concat([sent, traded], ignore_index=True)
    every = every[every["origin"] != every["region"]].sort_values(["origin", "commodity", "region", "annual_quantity"])
    total = every.groupby(["origin", "commodity"])["annual_quantity"].sum().rename("origin_exports").reset_index()
    lines = lines.merge(total, on=["origin", "commodity"], how="left")
    return lines.assign(origin_exports=lines["origin_exports"].astype("float64").fillna(0.0))


def _steps(flows: pd.DataFrame, technologies: pd.DataFrame) -> pd.DataFrame:
    flows = flows[["technology", "commodity", "direction"]].drop_duplicates()
    inputs = flows.loc[flows["direction"] == "input", ["technology", "commodity"]].rename(columns={"commodity": "input"})
    outputs = flows.loc[flows["direction"] == "output", ["technology", "commodity"]].rename(columns={"commodity": "output"})
    return inputs.merge(outputs, on="technology").merge(technologies[["technology", "lead_days"]], on="technology")

"""The same instance in other units, and a case whose regions differ in size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from allocator_models.instance import Instance
from tests.instances.builder import InstanceBuilder
from tests.instances.members import Figure


def in_units(instance: Instance, factors: Mapping[str, float]) -> Instance:
    """Return the same case with every quantity of the named commodities multiplied by a factor (1000 where t become kg).

    Prices per unit are divided by it; runs of processes stay runs.
    """
    factor = instance.commodities["name"].map(factors).fillna(1.0).astype(float)

    def times(table: pd.DataFrame, commodity: pd.Series, quantities: list[str], prices: list[str] | None = None) -> pd.DataFrame:
        by = commodity.map(factor)
        changed = {column: table[column] * by for column in quantities} | {column: table[column] / by for column in prices or []}
        return table.assign(**changed)

    def of(members: pd.DataFrame, table: pd.DataFrame, key: str) -> pd.Series:
        return table[key].map(members["commodity"])

    own = pd.Series(instance.commodities["commodity"])
    return replace(
        instance,
        commodities=times(instance.commodities, own, ["yardstick"], ["scale", "surplus_cost"]),
        reserves=times(instance.reserves, instance.reserves["commodity"], ["opening"]),
        balances=times(instance.balances, instance.balances["commodity"], ["under_way", "bound"]),
        cells=times(instance.cells, of(instance.claims, instance.cells, "claim"), ["demand"]),
        restraints=times(instance.restraints, of(instance.claims, instance.restraints, "claim"), ["limit"], ["cost"]),
        dispatches=times(instance.dispatches, of(instance.lines, instance.dispatches, "line"), ["limit"], ["premium"]),
        inputs=times(instance.inputs, instance.inputs["commodity"], ["quantity"]),
        outputs=times(instance.outputs, instance.outputs["commodity"], ["quantity"]),
        releases=times(instance.releases, of(instance.reserves, instance.releases, "reserve"), ["floor", "limit"]),
        inventories=times(instance.inventories, instance.inventories["commodity"], ["opening", "minimum", "maximum"]),
        transfers=times(instance.transfers, of(instance.lanes, instance.transfers, "lane"), ["limit"], ["cost"]),
    )


def scaled(instance: Instance) -> Instance:
    """Return the case in the units the engine wants: a power of two near the mean demand of a commodity's cells, else its yardstick."""
    demand = instance.cells["demand"].groupby(instance.cells["claim"].map(instance.claims["commodity"])).mean()
    size = instance.commodities["commodity"].map(demand).fillna(instance.commodities["yardstick"])
    return in_units(instance, dict(zip(instance.commodities["name"], np.exp2(-np.round(np.log2(size))), strict=True)))


def resized(case: InstanceBuilder, factors: Mapping[str, float]) -> InstanceBuilder:
    """Return the case with everything in a region multiplied by the region's factor, lanes by the smaller of their ends."""
    case = case.copy()
    for claim in case.claims.values():
        claim.demand = _times(claim.demand, factors[claim.region])
    for member in (*case.lines.values(), *case.processes.values()):
        member.limit, member.before = _times(member.limit, factors[member.region]), member.before * factors[member.region]
    for reserve in case.reserves.values():
        factor = factors[reserve.region]
        reserve.opening, reserve.floor, reserve.limit = reserve.opening * factor, reserve.floor * factor, _times(reserve.limit, factor)
    for (region, _), store in case.inventories.items():
        factor = factors[region]
        store.opening, store.minimum, store.maximum = store.opening * factor, store.minimum * factor, store.maximum * factor
    for lane in case.lanes.values():
        factor = min(factors[lane.origin], factors[lane.destination])
        lane.limit, lane.before = _times(lane.limit, factor), lane.before * factor
    for name, good in case.commodities.items():
        good.yardstick = sum(_largest(claim.demand) for claim in case.claims.values() if claim.commodity == name) or 1.0
    return case


def _times(figure: Figure, factor: float) -> Figure:
    if isinstance(figure, Mapping):
        return {node: value * factor for node, value in figure.items()}
    return figure * factor if isinstance(figure, float | int) else [value * factor for value in figure]


def _largest(figure: Figure) -> float:
    return float(np.max(list(figure.values()) if isinstance(figure, Mapping) else figure))

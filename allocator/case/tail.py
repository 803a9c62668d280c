"""How far the model looks beyond the horizon: the longest chain of leads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

FloatArray = npt.NDArray[np.float64]


def longest_chain(sources: pd.DataFrame, steps: pd.DataFrame, movements: pd.DataFrame) -> float:
    """Return the days of the longest chain of leads over the graph of commodities.

    Inside a loop (a strongly connected component of the graph: recycling, say) every technology counts once; a commodity that is moved
    between regions adds the lead of its slowest lane once.

    Args:
        sources: commodity, lead_days of supply lines.
        steps: technology, input, output, lead_days: one row per pair of a commodity that a technology takes and one that it yields.
        movements: commodity, lead_days of lanes.
    """
    goods = sorted({*sources["commodity"], *steps["input"], *steps["output"], *movements["commodity"]})
    if not goods:
        return 0.0
    code = {good: number for number, good in enumerate(goods)}
    tail, head = steps["input"].map(code).to_numpy(dtype=np.int64), steps["output"].map(code).to_numpy(dtype=np.int64)
    graph = coo_array((np.ones(len(steps)), (tail, head)), shape=(len(goods), len(goods)))
    count, component = connected_components(graph, directed=True, connection="strong")
    steps = steps.assign(source=component[tail], target=component[head])
    looping = steps[steps["source"] == steps["target"]]
    within = np.zeros(count)
    once = looping.groupby(["source", "technology"], as_index=False)["lead_days"].max()
    np.add.at(within, once["source"].to_numpy(dtype=np.int64), once["lead_days"].to_numpy(dtype=np.float64))
    for good, lead in movements.groupby("commodity")["lead_days"].max().items():
        within[component[code[str(good)]]] += lead
    start = np.zeros(count)
    for good, lead in sources.groupby("commodity")["lead_days"].max().items():
        place = component[code[str(good)]]
        start[place] = max(start[place], lead)
    return float(_longest_path(start, within, steps[steps["source"] != steps["target"]]))


def _longest_path(start: FloatArray, within: FloatArray, links: pd.DataFrame) -> float:
    """Longest path in a graph without loops: relax every link as often as there are components at most."""
    source, target = (links[name].to_numpy(dtype=np.int64) for name in ("source", "target"))
    lead = links["lead_days"].to_numpy(dtype=np.float64)
    reach = start + within
    for _ in range(len(within)):
        longer = reach.copy()
        np.maximum.at(longer, target, reach[source] + lead + within[target])
        if np.array_equal(longer, reach):
            break
        reach = longer
    return float(reach.max())

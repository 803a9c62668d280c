"""Plants in codes and scaled units: the least and the most of every node."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

#: A demand or capacity that falls short of the minimum by less than this share of it meets it.
ROUNDING = 1e-9


def plant_tables(
    plants: pd.DataFrame, tables: Mapping[str, pd.DataFrame], codes: Mapping[str, pd.Index]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the instance's `plants` and `operations`.

    Args:
        plants: those of the case.
        tables: `nodes`, `claims`, `commodities`, `processes`, `cells` and `runs` of the instance.
        codes: positions of names, by kind of member.
    """
    plants = plants.sort_values("name", ignore_index=True)
    of_claim = plants["kind"] == "claim"
    claim = np.where(of_claim, codes["claim"].get_indexer(pd.Index(plants["name"])), -1)
    process = np.where(of_claim, -1, codes["process"].get_indexer(pd.Index(plants["name"])))
    commodity = tables["claims"].set_index("claim")["commodity"].reindex(claim).fillna(0).astype("int64")
    units = tables["commodities"]["scale"].to_numpy()[commodity]
    runs = tables["processes"].set_index("process")["scale"].reindex(process).to_numpy()
    table = plants.assign(
        plant=np.arange(len(plants)), claim=claim, process=process, scaled=plants["minimum"] / np.where(of_claim, units, runs)
    )
    nodes = table.merge(tables["nodes"][["node"]], how="cross")
    nodes = nodes.merge(tables["cells"][["claim", "node", "demand"]], on=["claim", "node"], how="left")
    nodes = nodes.merge(tables["runs"][["process", "node", "limit"]], on=["process", "node"], how="left")
    lines = nodes["claim"] >= 0
    most = nodes["demand"].where(lines, nodes["limit"]).fillna(0.0)
    least = nodes["scaled"].where(most < nodes["scaled"] * (1.0 - ROUNDING), np.minimum(nodes["scaled"], most))
    nodes = nodes.assign(most=most, minimum=least.where(~lines | (most >= least), 0.0))
    return table, nodes

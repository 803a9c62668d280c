"""How much the lines and processes of a lever bring together at most."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


def lever_uses(tables: Mapping[str, pd.DataFrame], shared: pd.DataFrame, nodes: int) -> pd.DataFrame:
    """Return lever, node and limit: all that its lines and processes can, or less where they share a limit.

    Args:
        tables: those of an instance, by name, and `lever_dispatches`: lever, line, node and limit.
        shared: lever, node and `most` of levers whose lines share a limit.
        nodes: number of nodes.
    """
    levers = tables["levers"]
    sent = tables["lever_dispatches"]
    made = tables["lever_processes"].merge(levers[["lever", "commodity"]], on="lever")
    made = made.merge(tables["outputs"][["process", "commodity", "node", "quantity"]], on=["process", "commodity"])
    made = made.merge(tables["runs"][["process", "node", "limit"]], on=["process", "node"])
    made["limit"] *= made["quantity"]
    each = pd.concat([sent[["lever", "node", "limit"]], made[["lever", "node", "limit"]]], ignore_index=True)
    table = levers[["lever"]].merge(pd.DataFrame({"node": np.arange(nodes)}), how="cross")
    table = table.merge(each.groupby(["lever", "node"], as_index=False)["limit"].sum(), on=["lever", "node"], how="left")
    table = table.merge(shared, on=["lever", "node"], how="left")
    limit = table["limit"].astype("float64").fillna(0.0)
    return table.assign(limit=np.minimum(limit, table["most"].astype("float64").fillna(np.inf)))

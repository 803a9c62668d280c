"""Close some or share the cut: the plan beside the one in which plants could run at any rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from allocator.explain.inquiry import Inquiry
from allocator_models import Instance, MatrixForm

#: Columns of `shares_of_plants`.
SHARES = ("name", "period", "least", "got", "shared")
#: Rows that say what a plant may not do.
ROWS = ("least", "most", "standing", "restart")
#: A share below the least by less than this is the least.
ROUNDING = 1e-7


def shares_of_plants(inquiry: Inquiry) -> pd.DataFrame:
    """Return what each plant gets or runs in each period of the horizon in which it has a minimum; no rows where there are no plants.

    Columns `SHARES`: name and period, then shares of its demand or capacity: its minimum, what it has in the plan, and what it would have
    if it could run at any rate, which is found by solving the whole ranked problem again without the minimums.
    """
    instance = inquiry.instance
    if instance.plants.empty:
        return pd.DataFrame(columns=list(SHARES))
    free = inquiry.solved(inquiry.resolver.partition.moved(_free(inquiry.resolver.partition.form)))
    rows = instance.operations.merge(instance.plants[["plant", "name", "claim", "process"]], on="plant")
    rows = rows[(rows["minimum"] > 0.0) & rows["node"].map(instance.nodes["horizon"]).astype(bool)]
    rows = rows.assign(
        period=rows["node"].map(instance.nodes["period"]),
        least=rows["minimum"] / rows["most"].where(rows["most"] > 0.0),
        got=_shares(rows, inquiry.resolver.solution.values),
        shared=_shares(rows, free.values),
    )
    return rows[list(SHARES)].sort_values(["name", "period"], ignore_index=True)


def standing_still(instance: Instance, values: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return name and period of plants that stand still in the horizon although they are asked for their minimum at least."""
    rows = instance.operations.merge(values["operate"], on=["plant", "node"]).merge(instance.plants[["plant", "name"]], on="plant")
    rows = rows[(rows["value"] < 0.5) & (rows["minimum"] > 0.0) & rows["node"].map(instance.nodes["horizon"]).astype(bool)]
    return rows.assign(period=rows["node"].map(instance.nodes["period"]))[["name", "period"]].reset_index(drop=True)


def _free(form: MatrixForm) -> MatrixForm:
    """Return the problem in which plants run at any rate."""
    upper, lower = form.row_upper.copy(), form.column_lower.copy()
    for name in ROWS:
        upper[form.rows[name].slice] = np.inf
    operate = form.variables["operate"].slice
    lower[operate] = form.column_upper[operate]
    return replace(form, row_upper=upper, column_lower=lower)


def _shares(rows: pd.DataFrame, values: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return what plants get or run, in shares of the most."""
    of_claims = rows.merge(values["allocate"], on=["claim", "node"], how="left")["value"].to_numpy()
    of_processes = rows.merge(values["run"], on=["process", "node"], how="left")["value"].to_numpy()
    amount = pd.Series(np.where(rows["claim"] >= 0, of_claims, of_processes), index=rows.index)
    return (amount / rows["most"].where(rows["most"] > 0.0)).round(9)

"""The steps that a plan leaves open: where a unit could have gone instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from allocator.audit.ledger import Ledger

#: Amounts below this share of the mean demand are what solvers leave behind.
TRACE = 1e-9


def possible_steps(ledger: Ledger) -> pd.DataFrame:
    """Return where a unit could go instead: AT, to_region, to_number, `weight` that arrives of it, `room` in units sent, and `by`.

    Staying is not among them; see `allocator.audit.exchange.reachable`. Without sharing, nothing leaves a place and period whose reserves
    release all that is used there.
    """
    lanes = ledger.moved.assign(room=(ledger.moved["limit"] - ledger.moved["sending"]).clip(lower=0.0))
    lanes["by"] = "over lane " + lanes["sender"].astype("str")
    lanes = lanes.rename(columns={"region": "to_region", "number": "to_number", "origin": "region", "sent_number": "number"})
    stores = ledger.inventories
    later = stores[stores["number"] < len(ledger.case.periods) - 1]
    keep = later.assign(
        to_region=later["region"],
        to_number=later["number"] + 1,
        weight=later["kept"],
        room=later["most"] - later["stock"],
        by="kept longer",
    )
    spend = keep[keep["kept"] > 0]
    spend = spend.assign(
        number=spend["to_number"],
        to_number=spend["number"],
        weight=1.0 / spend["kept"],
        room=(spend["stock"] - spend["least"]) * spend["kept"],
        by="spent sooner",
    )
    columns = ["region", "commodity", "number", "to_region", "to_number", "weight", "room", "unit", "by"]
    table = pd.concat([part[columns] for part in (lanes, keep, spend) if len(part)] or [_NO_STEPS], ignore_index=True)
    if ledger.case.sharing == "standalone":
        spare = ledger.spare_at_home.groupby(["region", "commodity", "number"], as_index=False)["quantity"].sum()
        most = table.merge(spare, on=["region", "commodity", "number"], how="left")["quantity"].to_numpy(dtype="float64")
        table["room"] = table["room"].clip(upper=pd.Series(most).fillna(float("inf")))
    return table[(table["room"] > TRACE * table["unit"]) & (table["weight"] > 0)].drop(columns="unit").reset_index(drop=True)


_NO_STEPS = pd.DataFrame(
    {name: pd.Series([], dtype="float64") for name in ("number", "to_number", "weight", "room", "unit")}
    | {name: pd.Series([], dtype="str") for name in ("region", "commodity", "to_region", "by")}
)

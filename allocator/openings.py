"""What levers open, in codes and scaled units: for those that are unlocked, and for the budget of all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from allocator.case import Case
from allocator.case.scope import EXPORTS
from allocator_models.families.unlocking import BUDGET, TOGETHER
from allocator_models.instance import COLUMNS

ALLOWANCES = {"budget_eur": BUDGET, "at_most_together": TOGETHER}
MEMBERS = ("line", "process", "release", "refill", "claim", "block")


def opening_tables(case: Case, tables: Mapping[str, pd.DataFrame], codes: Mapping[str, pd.Index]) -> dict[str, pd.DataFrame]:
    """Return the instance's `unlocks`, `openings`, `opened`, `keys` and `allowances`; without rows where nothing needs them.

    Args:
        case: with `activations`, `allowances` and `lever_members`.
        tables: `claims`, `nodes`, `dispatches`, `runs`, `releases`, `refills` and `restraints` of the instance.
        codes: positions of names, by kind of member.
    """
    unlocks = case.activations.assign(
        unlock=np.arange(len(case.activations)), name=case.activations["lever"], cost=lambda one: one["fixed_eur"]
    )
    allowances = case.allowances.assign(allowance=case.allowances["allowance"].map(ALLOWANCES).astype("int64"))
    if unlocks.empty and allowances.empty:
        empty = {name: pd.DataFrame({column: [] for part in COLUMNS[name] for column in part}) for name in ("openings", "opened", "keys")}
        return {"unlocks": unlocks, "allowances": allowances, **empty}
    members = _opened(case, tables, codes)
    horizon = tables["nodes"].set_index("node")["horizon"]
    members["cost"] = members["cost"].where(members["node"].map(horizon).astype(bool), 0.0)
    openings = members[list(MEMBERS)].drop_duplicates().sort_values(list(MEMBERS), ignore_index=True)
    openings = openings.assign(item=np.arange(len(openings)))
    members = members.merge(openings, on=list(MEMBERS))
    members["unlock"] = members["lever"].map(unlocks.set_index("name")["unlock"])
    always = members.loc[members["unlock"].isna(), "item"].unique()
    keys = members.loc[~members["item"].isin(always), ["item", "unlock"]].drop_duplicates().astype("int64")
    opened = members.drop_duplicates(["item", "node"])
    return {"unlocks": unlocks, "allowances": allowances, "openings": openings, "opened": opened, "keys": keys}


def _opened(case: Case, tables: Mapping[str, pd.DataFrame], codes: Mapping[str, pd.Index]) -> pd.DataFrame:
    """Return lever, `MEMBERS` (-1 where it is another kind), node, most and cost of all that levers open and that can bring something."""
    groups = {channel: own[["lever", "member"]] for channel, own in case.lever_members.groupby("channel")}
    none = case.lever_members[["lever", "member"]].iloc[:0]

    def of(channel: str, kind: str) -> pd.DataFrame:
        own = groups.get(channel, none)
        return pd.DataFrame({"lever": own["lever"], kind: codes[kind].get_indexer(pd.Index(own["member"], dtype="str"))})

    lines = of("line", "line").merge(tables["dispatches"].rename(columns={"premium": "cost"}), on="line")
    runs = of("process", "process").merge(tables["runs"], on="process")
    released = of("reserve", "reserve").merge(tables["releases"], on="reserve").rename(columns={"reserve": "release"})
    filled = of("refill", "reserve").merge(tables["refills"], on="reserve").rename(columns={"reserve": "refill"})
    claims = tables["claims"][["claim", "sector", "commodity"]]
    blocks = tables["restraints"][["claim", "node", "block", "limit", "cost"]].merge(claims, on="claim")
    blocks["good"] = codes["commodity"].to_numpy()[blocks["commodity"].to_numpy(dtype=np.int64)]
    asked = groups.get("sector", none).rename(columns={"member": "sector"}).merge(blocks, on="sector")
    kept = groups.get("exports", none).rename(columns={"member": "good"}).merge(blocks[blocks["sector"] == EXPORTS], on="good")
    parts = [part.reindex(columns=["lever", *MEMBERS, "node", "limit", "cost"]) for part in (lines, runs, released, filled, asked, kept)]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True).rename(columns={"limit": "most"})
    table = table[table["most"] > 0.0].fillna({"cost": 0.0, **dict.fromkeys(MEMBERS, -1)})
    return table.astype({**dict.fromkeys((*MEMBERS, "node"), "int64"), "cost": "float64"}).drop_duplicates(["lever", *MEMBERS, "node"])

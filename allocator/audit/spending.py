"""What each lever costs in the plan, and what the framework leaves it: the audit's own count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from allocator.audit.ledger import Ledger

EXPORTS = "exports"
COLUMNS = ["lever", "channel", "member", "quantity", "cost_eur", "unit"]


def spending_of(ledger: Ledger) -> pd.DataFrame:
    """Return lever, `cost_eur` over the horizon with its fixed cost, whether it is `used`, and `left_eur`: what it could still cost.

    `left_eur` is what the budget leaves, less the fixed cost of a lever that is not used; negative where it may not be used at all, and
    infinite without a budget.
    """
    case = ledger.case
    parts = parts_of(ledger)
    cost = parts.groupby("lever")["cost_eur"].sum()
    drawn = parts["quantity"] > 1e-6 * parts["unit"]
    used = set(parts.loc[drawn, "lever"])
    levers = pd.DataFrame({"lever": pd.Series(sorted(set(case.lever_members["lever"])), dtype="str")})
    fixed = levers["lever"].map(case.activations.set_index("lever")["fixed_eur"]).astype("float64").fillna(0.0)
    levers["used"] = levers["lever"].isin(used)
    levers["cost_eur"] = levers["lever"].map(cost).astype("float64").fillna(0.0) + fixed.where(levers["used"], 0.0)
    allowed = case.allowances.set_index("allowance")["most"]
    left = max(0.0, float(allowed.get("budget_eur", np.inf)) - float(levers["cost_eur"].sum()))
    more = levers["used"].sum() < float(allowed.get("at_most_together", np.inf))
    return levers.assign(left_eur=np.where(levers["used"], left, np.where(more, left - fixed, -1.0)))


def parts_of(ledger: Ledger) -> pd.DataFrame:
    """Return lever, channel, member, quantity, cost_eur and unit of all that levers bring, fill or let give up in the horizon."""
    case = ledger.case
    members = case.lever_members
    lines = ledger.dispatches.merge(case.lines[["line", "premium_eur"]], on="line")
    runs = ledger.runs.merge(case.processes[["process", "cost_eur"]], on="process").assign(
        horizon=lambda own: own["number"] < ledger.reported
    )
    stocks, blocks = ledger.stocks, ledger.blocks
    exports = blocks[blocks["sector"] == EXPORTS]
    found = [
        lines.assign(channel="line", member=lines["line"], cost_eur=lines["quantity"] * lines["premium_eur"]),
        runs.assign(channel="process", member=runs["process"], quantity=runs["runs"], cost_eur=runs["runs"] * runs["cost_eur"]),
        stocks.assign(channel="reserve", member=stocks["reserve"], quantity=stocks["released"], cost_eur=0.0),
        stocks.assign(channel="refill", member=stocks["reserve"], quantity=stocks["refilled"], cost_eur=0.0),
        blocks.assign(
            channel="sector", member=blocks["sector"], quantity=blocks["restrained"], cost_eur=blocks["restrained"] * blocks["cost_eur"]
        ),
        exports.assign(
            channel="exports",
            member=exports["commodity"],
            quantity=exports["restrained"],
            cost_eur=exports["restrained"] * exports["cost_eur"],
        ),
    ]
    parts = pd.concat([part.loc[part["horizon"], COLUMNS[1:]] for part in found if len(part)] or [pd.DataFrame(columns=COLUMNS[1:])])
    parts = parts.groupby(["channel", "member"], as_index=False).agg(
        quantity=("quantity", "sum"), cost_eur=("cost_eur", "sum"), unit=("unit", "max")
    )
    owners = members.drop_duplicates(["channel", "member"])  # what several levers open is counted once
    return owners.merge(parts, on=["channel", "member"])[COLUMNS]


def restraint_left(ledger: Ledger) -> pd.DataFrame:
    """Return the blocks of restraint with `room`: what a claim could still give up, as far as a lever may be used for it and paid."""
    blocks, members = ledger.blocks, ledger.case.lever_members
    left = members.merge(ledger.spending, on="lever").groupby(["channel", "member"])["left_eur"].max()
    by_sector = blocks["sector"].map(left.xs("sector") if "sector" in left.index.get_level_values(0) else {}).astype("float64")
    kept = blocks["commodity"].map(left.xs("exports") if "exports" in left.index.get_level_values(0) else {}).astype("float64")
    kept = kept.where(blocks["sector"] == EXPORTS)
    eur = pd.concat([by_sector, kept], axis=1).max(axis=1).fillna(np.inf)
    units = (eur / blocks["cost_eur"].where(blocks["cost_eur"] > 0.0)).fillna(np.inf).where(eur >= 0.0, 0.0)
    return blocks.assign(room=np.minimum(blocks["limit"] - blocks["restrained"], units))

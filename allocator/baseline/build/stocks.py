"""Reserves, commercial stocks and the lanes between states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocator.baseline.build.facts import Facts
from allocator.baseline.build.figure import ASSUMPTION, twelve_digits
from allocator.baseline.build.ledger import MONTHS, Ledger

YEAR = 365
MONTH = 30
Cells = Mapping[str, object]
_LANE = "trade + lane_capacity_share x monthly use of the receiver x size of the sender among its senders"


def _assumed(note: str) -> dict[str, str]:
    return {"source": ASSUMPTION, "year": "2026", "basis": "assumed", "note": note}


def loss_per_month(facts: Facts, loss_figure: str) -> float:
    """Return the share lost in 30 days from the share lost in one."""
    return 1 - (1 - facts.figure(loss_figure).value) ** MONTH


def reserve_rows(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    """Yield reserves.csv: days of use of the owner, or of the Union for its own reserves."""
    loss_of = {row["commodity"]: row["loss_figure"] for row in facts["commodities"]}
    for row in facts["reserves"]:
        commodity = row["commodity"]
        owners = ledger.regions_of(commodity) if row["owner"] == "EU" else [row["owner"]]
        daily = sum(ledger.use[owner, commodity] for owner in owners) / YEAR
        quantity = daily * float(row["days"])
        yield {
            "reserve": row["reserve"],
            "owner": row["owner"],
            "region": row["region"],
            "commodity": commodity,
            "quantity": quantity,
            "floor_share": float(row["floor_share"]),
            "max_release_per_month": quantity * (1 - float(row["floor_share"])) * MONTH / float(row["release_over_days"]),
            "first_release_days": float(row["first_release_days"]),
            "crisis_level": float(row["crisis_level"]),
            "loss_per_month": loss_per_month(facts, loss_of[commodity]),
            "low": daily * float(row["days_low"]),
            "high": daily * float(row["days_high"]),
            **_assumed(f"{row['days']} days of the use of {row['owner']}; {row['note']}"),
        }


def inventory_rows(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    """Yield inventories.csv: days of use, of which some must stay as working stock."""
    room = facts.figure("inventory_room_factor")
    for row in facts["commodities"]:
        commodity = row["commodity"]
        for region in ledger.regions_of(commodity):
            daily = ledger.use[region, commodity] / YEAR
            days, working = float(row["inventory_days"]), float(row["working_days"])
            if daily > 0:
                yield {
                    "region": region,
                    "commodity": commodity,
                    "quantity": daily * days,
                    "working_stock": daily * working,
                    "room": daily * days * room.value,
                    "low": daily * working,
                    "high": daily * days * room.value,
                    **_assumed(
                        f"{days:g} days of use, {working:g} of them working stock; industry keeps 20 to 45 days or more of small metals"
                    ),
                }


def lane_rows(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    """Yield lanes.csv: pairs with trade, and for goods that move through hubs every pair with a hub in it."""
    capacity, cost = facts.figure("lane_capacity_share"), facts.figure("lane_cost_share")
    hubs = {row["region"] for row in facts["hubs"]}
    for row in facts["commodities"]:
        commodity = row["commodity"]
        price = facts.evaluate(row, "price_formula").value
        regions = ledger.regions_of(commodity)
        size = {region: max(ledger.use[region, commodity], ledger.made[region, commodity]) for region in regions}
        for region in regions:
            through_hubs = [origin for origin in regions if origin != region and row["lanes"] == "hubs" and hubs & {origin, region}]
            others = sum(size[origin] for origin in through_hubs)
            for origin in regions:
                trade = ledger.trade.get((origin, region, commodity), 0.0)
                free = ledger.use[region, commodity] / MONTHS * size[origin] / others if origin in through_hubs else 0.0
                if free + trade > 0:
                    yield {
                        "origin": origin,
                        "region": region,
                        "commodity": commodity,
                        "quantity_per_month": twelve_digits(trade) + free * capacity.value,
                        "trade_per_month": trade,
                        "lead_days": float(row["lane_days"]),
                        "cost_eur": price * cost.value,
                        "low": trade + free * capacity.low,
                        "high": trade + free * capacity.high,
                        **_assumed(_LANE if free else "the usual trade and no more"),
                    }

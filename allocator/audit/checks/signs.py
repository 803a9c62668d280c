"""Nothing is negative."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import CLAIM, PLACE, Ledger


@CHECKS.register("signs")
def check_signs(ledger: Ledger) -> pd.DataFrame:
    """No figure is negative, except a draw on inventory that refills it."""
    tables = (
        (ledger.cells, CLAIM, ("allocated", "restrained", "shortfall")),
        (ledger.blocks, [*CLAIM, "block"], ("restrained",)),
        (ledger.dispatches, ["line"], ("quantity",)),
        (ledger.runs, ["process"], ("runs",)),
        (ledger.transfers, ["lane"], ("quantity",)),
        (ledger.stocks, ["reserve"], ("released", "refilled", "stock")),
        (ledger.inventories, PLACE, ("stock",)),
        (ledger.leaving, PLACE, ("quantity",)),
        (_published(ledger.allocation.allocation, ledger), CLAIM, ("demand", "allocated", "restrained", "shortfall")),
        (_published(ledger.allocation.reserves, ledger), ["reserve"], ("opening", "released", "refilled", "lost", "closing")),
        (_flows(ledger), [*PLACE, "channel", "origin"], ("quantity",)),
    )
    return together(
        *(
            compare(figure, places(table, *names, "period"), table[figure], "is at least", 0.0, table["unit"])
            for table, names, figures in tables
            for figure in figures
        )
    )


def _published(table: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    return table.assign(unit=table["commodity"].map(ledger.mean_demand))


def _flows(ledger: Ledger) -> pd.DataFrame:
    supply = _published(ledger.allocation.supply, ledger)
    return supply[supply["channel"] != "inventory"]

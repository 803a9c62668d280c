"""Market first, and no reserve is emptied for those who may not draw on it."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.exchange import idle_supply, met_figures, spare_of_claims, summed, taken_away
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("means_last")
def check_means_last(ledger: Ledger) -> pd.DataFrame:
    """No reserve releases what idle market supply, or what a tier that may not draw on it gets above its guarantee, could have replaced.

    Examined are the reserves of the widest rank that is drawn on in a chain of commodities (narrower ones may rightly be drawn on although
    a wider one is), and only where no lower tier has a guarantee before all tiers or no other commodity of the chain has a reserve of that
    rank.
    """
    released = _examined(ledger)
    cells = met_figures(ledger)
    lower = summed(cells.assign(quantity=spare_of_claims(cells, "floor_first")), ["tier"])
    wants = summed(released.assign(quantity=released["released"], claim="reserve " + released["reserve"].astype("str")), ["rank"])
    below = taken_away(lower, wants, ledger)
    below = below[below["tier"] > below["rank"]]
    return together(
        compare("release", places(released, "reserve", "period"), released["released"], "is at least", 0.0, released["unit"]),
        _needless(below),
        _needless(taken_away(idle_supply(ledger), wants, ledger)),
    )


def _examined(ledger: Ledger) -> pd.DataFrame:
    """Return the stocks of the reserves that the law speaks of."""
    stocks = ledger.stocks.assign(chain=ledger.stocks["commodity"].map(ledger.chains))
    stocks["rank"] = stocks["rank"].clip(upper=ledger.case.tiers["tier"].max())
    drawn = stocks[stocks["released"] > 0.0]
    widest = stocks["chain"].map(drawn.groupby("chain")["rank"].max())
    kinds = stocks.groupby(["chain", "rank"])["commodity"].transform("nunique")
    first = ledger.cells[ledger.cells["guarantee_first"] & (ledger.cells["guarantee"] > 0)]
    lowest = stocks["chain"].map(first.groupby(first["commodity"].map(ledger.chains))["tier"].max()).fillna(0)
    chosen = (stocks["rank"] == widest) & ((lowest <= stocks["rank"]) | (kinds == 1))
    return stocks[chosen].reset_index(drop=True)


def _needless(pairs: pd.DataFrame) -> pd.DataFrame:
    place = places(pairs, *PLACE, "period") + ": " + pairs["claim"].astype("str") + " is released while there is "
    place = place + pairs["claim_there"].astype("str") + (" " + pairs["by"].astype("str")).where(pairs["by"] != "", "")
    return compare("needless release", place, pairs["could"], "is", 0.0, pairs["unit"])

"""Guarantees come first."""

import numpy as np
import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, smaller, together
from allocator.audit.exchange import spare_of_claims, summed, taken_away, wanted
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("guarantees")
def check_guarantees(ledger: Ledger) -> pd.DataFrame:
    """No guarantee is missed while a unit that another claim gets above its own guarantee could have met it.

    A guarantee before all tiers takes from lower tiers always, and from its own and higher tiers where no reserve is drawn on that its own
    tier may not use (those are not drawn on for it). A guarantee inside its tier takes from its own and lower tiers.
    """
    cells = ledger.claims
    cells = cells.assign(chain=cells["commodity"].map(ledger.chains))
    missing = (smaller(cells["floor"], cells["capped"]) - cells["met"]).clip(lower=0.0)
    wants = cells.assign(quantity=missing, claim=cells["claim"] + " misses its guarantee", narrow=_narrowest(cells, ledger) < cells["tier"])
    wants = summed(wants[wants["guarantee"] > 0], ["tier", "guarantee_first", "narrow"])
    giving = wanted(cells, wants)
    above_first = summed(giving.assign(quantity=spare_of_claims(giving, "floor_first")), ["tier"])
    above_any = summed(giving.assign(quantity=spare_of_claims(giving, "floor")), ["tier"])
    first, inside = wants[wants["guarantee_first"]], wants[~wants["guarantee_first"]]
    lower = taken_away(above_first, wants, ledger)
    others = taken_away(above_first, first[~first["narrow"]], ledger)
    own = taken_away(above_any, inside, ledger)
    guaranteed = cells[cells["guarantee"] > 0]
    return together(
        compare("met", places(guaranteed, "claim", "period"), guaranteed["met"], "is at least", 0.0, guaranteed["unit"]),
        _broken(lower[lower["tier_there"] > lower["tier"]]),
        _broken(others[others["tier_there"] <= others["tier"]]),
        _broken(own[own["tier_there"] == own["tier"]]),
    )


def _narrowest(cells: pd.DataFrame, ledger: Ledger) -> pd.Series:
    """Return the narrowest rank that is drawn on in the chain of each cell's commodity; infinite where none is."""
    drawn = ledger.stocks[ledger.stocks["released"] > 0.0]
    return cells["chain"].map(drawn.groupby(drawn["commodity"].map(ledger.chains))["rank"].min()).astype("float64").fillna(np.inf)


def _broken(pairs: pd.DataFrame) -> pd.DataFrame:
    place = places(pairs, *PLACE, "period") + ": tier " + pairs["tier"] + ", " + pairs["said"]
    place = place + " of tier " + pairs["tier_there"]
    return compare("what could have met the guarantee", place, pairs["could"], "is", 0.0, pairs["unit"])

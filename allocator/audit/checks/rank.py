"""Strict rank."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.exchange import shortage, spare_of_claims, summed, taken_away, wanted, wants_of_claims
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("rank")
def check_rank(ledger: Ledger) -> pd.DataFrame:
    """No claim gets a unit above its guarantee that could have gone to a claim of a higher tier that is short below its cap, or restrained.

    In the same place and period, over a lane with room, or by keeping commercial stock a period longer or shorter. Inside a tier the
    horizon comes before the tail. Guarantees inside the own tier do not protect against higher tiers.
    """
    cells = ledger.claims
    lower = cells.assign(quantity=spare_of_claims(cells, "floor_first"))
    wants = wants_of_claims(ledger)
    across = taken_away(summed(wanted(lower, wants), ["order", "tier"]), wants, ledger)
    across = across[across["tier_there"] > across["tier"]]
    in_tail = cells[~cells["horizon"]]
    in_tail = in_tail.assign(quantity=spare_of_claims(in_tail, "floor"))
    before = wants[wants["order"] == 2 * wants["tier"]]
    within = taken_away(summed(wanted(in_tail, before), ["order", "tier"]), before, ledger)
    within = within[within["tier_there"] == within["tier"]]
    return together(_examined(ledger), _broken(across), _broken(within))


def _examined(ledger: Ledger) -> pd.DataFrame:
    """One row a cell, so that the check says how much it looked at."""
    cells = ledger.claims
    return compare("shortage below the cap", places(cells, "claim", "period"), shortage(cells), "is at least", 0.0, cells["unit"])


def _broken(pairs: pd.DataFrame) -> pd.DataFrame:
    place = places(pairs, *PLACE, "period") + ": tier " + pairs["tier"] + ", " + pairs["said"]
    place = place + " of tier " + pairs["tier_there"]
    return compare("what could have gone to the higher tier", place, pairs["could"], "is", 0.0, pairs["unit"])

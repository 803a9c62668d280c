"""A reserve or a lever that a tier may draw on is drawn on before that tier is short."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.exchange import idle_reserves, taken_away, wants_of_claims
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("idle_reserves")
def check_idle_reserves(ledger: Ledger) -> pd.DataFrame:
    """No claim is short below its cap, or restrained, where a reserve or line of a lever that its tier may draw on could bring more.

    A reserve above the floors of this and every later period; where the goods are, or one step from there.
    """
    idle = idle_reserves(ledger)
    pairs = taken_away(idle, wants_of_claims(ledger), ledger)
    pairs = pairs[pairs["tier"] <= pairs["rank"]]
    place = places(pairs, *PLACE, "period") + ": tier " + pairs["tier"] + ", " + pairs["said"]
    period = idle["number"].map(ledger.case.periods.set_index("number")["period"])
    where = places(idle.assign(period=period), *PLACE, "period")
    unused = compare("what could be released", where, idle["quantity"], "is at least", 0.0, idle["unit"])
    return together(unused, compare("what could be released and is wanted", place, pairs["could"], "is", 0.0, pairs["unit"]))

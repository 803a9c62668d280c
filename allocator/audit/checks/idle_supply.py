"""Nothing lies idle where something is short."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import Places, compare, places, together
from allocator.audit.exchange import idle_supply, taken_away, wants_of_claims
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("idle_supply")
def check_idle_supply(ledger: Ledger) -> pd.DataFrame:
    """No claim is short below its cap, or restrained, where goods are thrown away or a line could send more that would reach it.

    In the place and period of arrival, or one step from there: over a lane with room, or by commercial stock.
    """
    idle = idle_supply(ledger)
    pairs = taken_away(idle, wants_of_claims(ledger), ledger)
    place = places(pairs, *PLACE, "period") + ": " + pairs["said"]
    unused = compare("what is idle", _where(idle, ledger), idle["quantity"], "is at least", 0.0, idle["unit"])
    return together(unused, compare("what lies idle and is wanted", place, pairs["could"], "is", 0.0, pairs["unit"]))


def _where(idle: pd.DataFrame, ledger: Ledger) -> Places:
    period = idle["number"].map(ledger.case.periods.set_index("number")["period"])
    return places(idle.assign(period=period), *PLACE, "period")

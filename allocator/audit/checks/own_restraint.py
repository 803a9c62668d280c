"""What may be given up is given up before anything is short."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, smaller
from allocator.audit.exchange import shortage
from allocator.audit.ledger import CLAIM, Ledger
from allocator.audit.spending import restraint_left


@CHECKS.register("own_restraint")
def check_own_restraint(ledger: Ledger) -> pd.DataFrame:
    """No claim is short of what comes before lower tiers while it could still be restrained: restraint counts as met.

    What levers could still let it give up is what they may cost and may be used for.
    """
    cells = ledger.claims
    cells = cells[cells["most_restrained"] > 0]
    key = [*CLAIM, "period"]
    room = restraint_left(ledger).groupby(key)["room"].sum().reset_index()
    could = cells[key].merge(room, on=key, how="left")["room"].fillna(0.0).set_axis(cells.index)
    both = smaller(shortage(cells, "called"), could)
    return compare("shortage that restraint could meet", places(cells, *CLAIM, "period"), both, "is at most", 0.0, cells["unit"])

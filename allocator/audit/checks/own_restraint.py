"""What may be given up is given up before anything is short."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, smaller
from allocator.audit.exchange import shortage
from allocator.audit.ledger import CLAIM, Ledger


@CHECKS.register("own_restraint")
def check_own_restraint(ledger: Ledger) -> pd.DataFrame:
    """No claim is short of what comes before lower tiers while it could still be restrained: restraint counts as met."""
    cells = ledger.claims
    cells = cells[cells["most_restrained"] > 0]
    both = smaller(shortage(cells, "called"), cells["most_restrained"] - cells["restrained"])
    return compare("shortage that restraint could meet", places(cells, *CLAIM, "period"), both, "is at most", 0.0, cells["unit"])

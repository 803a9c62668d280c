"""Restraint stays within what levers opened."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import CLAIM, Ledger


@CHECKS.register("restraint_limits")
def check_restraint_limits(ledger: Ledger) -> pd.DataFrame:
    """No claim gives up more than opened levers allow, block by block, and nothing where none is open."""
    blocks, cells = ledger.blocks, ledger.cells
    share = places(blocks, *CLAIM, "period") + " block " + blocks["block"].astype("str")
    given_up = blocks.groupby([*CLAIM, "period"])["restrained"].sum(skipna=False).rename("by_blocks").reset_index()
    cells = cells.merge(given_up, on=[*CLAIM, "period"], how="left")
    place = places(cells, *CLAIM, "period")
    return together(
        compare("restrained", share, blocks["restrained"], "is at most", blocks["limit"], blocks["unit"]),
        compare("restrained", place, cells["restrained"], "is at most", cells["most_restrained"], cells["unit"]),
        compare("restrained", place, cells["restrained"], "is", cells["by_blocks"].astype("float64").fillna(0.0), cells["unit"]),
    )

"""Running every check on one allocation."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.ledger import Ledger
from allocator.audit.result import GUARANTEES, LIMIT, Audit, Check, Offence

if TYPE_CHECKING:
    from allocator.allocation import Allocation
    from allocator.case import Case

#: How many offences of one check are named.
MOST_NAMED = 20


def audit_allocation(case: Case, allocation: Allocation) -> Audit:
    """Return the audit of `allocation`: every registered check, by name, and the state of every guarantee.

    Nothing is raised: a caller that shows no result after a failed audit looks at `Audit.passed` and `Audit.faults`.
    """
    ledger = Ledger(case, allocation)
    checks = tuple(_checked(name, inspect.getdoc(check) or "", check(ledger)) for name, check in CHECKS.items())
    return Audit(checks, _guarantees(ledger))


def _checked(name: str, doc: str, comparison: pd.DataFrame) -> Check:
    sizes = comparison["size"].to_numpy(dtype=np.float64)
    broken = comparison[sizes > LIMIT].sort_values(["size", "place"], ascending=[False, True], kind="stable")
    offences = tuple(
        Offence(str(place), str(what), str(relation), float(found), float(expected), float(size))
        for place, what, relation, found, expected, size in broken.head(MOST_NAMED).itertuples(index=False)
    )
    return Check(name, " ".join(doc.split("\n\n")[0].split()), len(comparison), float(sizes.max(initial=0.0)), LIMIT, len(broken), offences)


def _guarantees(ledger: Ledger) -> pd.DataFrame:
    cells = ledger.cells[(ledger.cells["guarantee"] > 0) & ledger.cells["horizon"]]
    met = cells["allocated"] + cells["restrained"]
    missing = (cells["guarantee"] * cells["demand"] - met).clip(lower=0.0)
    missing = missing.where(missing > LIMIT * cells["unit"], 0.0)
    table = cells.assign(guaranteed=cells["guarantee"], met=met / cells["demand"], missing=missing)
    return table[list(GUARANTEES)].reset_index(drop=True)

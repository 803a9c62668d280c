"""The checks of the audit: one file each, one function each; the first sentence of the docstring is the law."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from allocator.audit.ledger import Ledger
from allocator.registry import Registry

#: A check returns one row of `allocator.audit.compare.COLUMNS` per figure that it examines.
CHECKS: Registry[Callable[[Ledger], pd.DataFrame]] = Registry("audit check", __name__)

"""How members share: what each has alone, and whether sharing may make one of them worse off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocator.case.model import Sharing
from allocator.framework import Framework


def sharing_of(framework: Framework) -> Sharing:
    """Return how a framework lets members share; who stands alone cannot be worse off, so the guard then says nothing."""
    sharing = framework.sharing
    return "guarded" if sharing.mode == "pooled" and sharing.no_member_worse_off else sharing.mode


def traded(transfers: pd.DataFrame, lanes: pd.DataFrame) -> pd.DataFrame:
    """Return what lanes carry without sharing: no more than their undisturbed trade, and than they can."""
    trade = transfers["lane"].map(lanes.set_index("lane")["undisturbed"]).to_numpy(dtype=np.float64)
    return transfers.assign(limit=np.minimum(transfers["limit"].to_numpy(dtype=np.float64), trade))

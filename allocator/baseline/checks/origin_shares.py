"""Largest origins, and the benchmark of 65 per cent, against what is published."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.checks._deviations import Comparison, faults_of_comparisons
from allocator.baseline.dependency import BENCHMARK, SHARE_OF, annual_totals, compared_sets, origin_shares
from allocator.baseline.layout import REST_OF_WORLD
from allocator.baseline.model import Baseline


@CHECKS.register("origin_shares")
def check_origin_shares(baseline: Baseline) -> Iterator[Fault]:
    """The largest third country, ours and the published one, is as large in both within 15 points, and on the same side of 65 per cent.

    A difference needs its reason in deviations.csv (A121); a reason without a difference is refused (A122).
    """
    yield from faults_of_comparisons(baseline, tuple(SHARE_OF), compare_origins(baseline))


def compare_origins(baseline: Baseline) -> list[Comparison]:
    """Return, for every imported good with a published set of shares, the largest third country of each side with both its shares."""
    origins = origin_shares(baseline, annual_totals(baseline))
    members = {REST_OF_WORLD, *baseline.regions["region"]}
    compared = []
    for commodity, rows in compared_sets(baseline).items():
        figure = str(rows["figure"].iloc[0])
        own = origins[origins["commodity"] == commodity].set_index("origin")[SHARE_OF[figure]]
        theirs = rows.set_index("place")["share"]
        line_of = rows.reset_index().set_index("place")["index"]
        named = {_largest(shares[~shares.index.isin(members)]) for shares in (own, theirs)}
        for place in sorted(named - {""}):
            at = int(line_of.get(place, rows.index[0]))
            compared.append(Comparison(commodity, figure, place, float(own.get(place, 0.0)), float(theirs.get(place, 0.0)), at, BENCHMARK))
    return compared


def _largest(shares: pd.Series) -> str:
    return max(((float(share), str(place)) for place, share in shares.items()), default=(0.0, ""))[1]

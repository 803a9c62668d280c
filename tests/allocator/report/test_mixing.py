"""Which source reaches which sector: the mixing rule, by hand and on a finished run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from allocator.report.mixing import inflows, sources_of
from allocator.run import Run


def plan(*rows: tuple[str, str, float]) -> Any:
    allocated = pd.DataFrame(rows, columns=["region", "sector", "allocated"]).assign(commodity="metal")
    return SimpleNamespace(allocation=SimpleNamespace(allocation=allocated))


def flows(*rows: tuple[tuple[str, str], tuple[str, str], float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["node", "source", "quantity"])


def shares(table: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    keys = zip(table["kind"], table["name"], table["sector"], strict=True)
    return dict(zip(keys, table["quantity"], strict=True))


def test_what_leaves_a_balance_holds_the_sources_in_proportion() -> None:
    """A takes 6 from X and 2 from Y; B takes 4 from A, so 3 of X and 1 of Y, and 4 from Z."""
    network = flows(
        (("A", "metal"), ("origin", "X"), 6.0),
        (("A", "metal"), ("origin", "Y"), 2.0),
        (("B", "metal"), ("A", "metal"), 4.0),
        (("B", "metal"), ("origin", "Z"), 4.0),
    )
    found = shares(sources_of(plan(("B", "health", 8.0), ("A", "wind", 4.0)), network, "metal"))
    assert found == pytest.approx(
        {
            ("origin", "X", "health"): 3.0,
            ("origin", "Y", "health"): 1.0,
            ("origin", "Z", "health"): 4.0,
            ("origin", "X", "wind"): 3.0,
            ("origin", "Y", "wind"): 1.0,
        }
    )


def test_goods_that_go_back_and_forth_keep_their_source() -> None:
    network = flows(
        (("A", "metal"), ("origin", "X"), 10.0),
        (("A", "metal"), ("B", "metal"), 2.0),
        (("B", "metal"), ("A", "metal"), 5.0),
    )
    found = shares(sources_of(plan(("B", "health", 3.0), ("A", "health", 7.0)), network, "metal"))
    assert found == pytest.approx({("origin", "X", "health"): 10.0})


def test_refining_passes_its_mix_on_and_transfers_lead_back_to_where_they_come_from(finished: Run) -> None:
    """The small package smelts ore of AUS in NLD and sends metal on to DEU."""
    network = inflows(finished)
    smelted = set(network.loc[network["node"] == ("NLD", "metal"), "source"])
    assert ("NLD", "ore") in smelted
    assert ("NLD", "metal") in set(network.loc[network["node"] == ("DEU", "metal"), "source"])
    table = sources_of(finished, network, "metal")
    assert {("origin", "AUS"), ("origin", "NOR")} <= set(zip(table["kind"], table["name"], strict=True))
    assert ("made", "NLD") not in set(zip(table["kind"], table["name"], strict=True))


@pytest.mark.parametrize("commodity", ["metal", "liquid"])
def test_the_sources_of_a_sector_add_up_to_what_it_got(finished: Run, commodity: str) -> None:
    rows = finished.allocation.allocation
    got = rows[(rows["commodity"] == commodity) & (rows["allocated"] > 0)].groupby("sector")["allocated"].sum()
    told = sources_of(finished, inflows(finished), commodity).groupby("sector")["quantity"].sum()
    assert told.to_dict() == pytest.approx(got.to_dict(), rel=1e-6)

"""Technologies make something, of no more than they take."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline

#: Quantities per run and contents carry four significant digits.
TOLERANCE = 1e-3


@CHECKS.register("technologies")
def check_technologies(baseline: Baseline) -> Iterator[Fault]:
    """Every technology has an output and gives no more of a material than it takes, where it takes any; no flow is 0 (A117)."""
    if baseline.unread & {"commodities", "contents", "technologies", "technology_flows"}:
        return
    flows = baseline.technology_flows
    makes = set(flows.loc[flows["direction"] == "output", "technology"])
    for row, technology in baseline.technologies["technology"].items():
        if technology not in makes:
            message = f"'{technology}' has no output; add one to technology_flows.csv"
            yield Fault("technologies", int(str(row)), "technology", message, "A117")
    for row in flows.index[flows["quantity_per_run"] == 0]:
        yield Fault(
            "technology_flows", int(row), "quantity_per_run", "a flow of 0; write what one run takes or gives, or remove it", "A117"
        )
    held = contained(baseline)
    ways = {f"tonnes_{way}": held["tonnes"].where(held["direction"] == way, 0.0) for way in ("input", "output")}
    sums = held.assign(**ways).groupby(["technology", "material"], sort=True).agg({**dict.fromkeys(ways, "sum"), "row": "last"})
    for (technology, material), taken, given, row in sums.itertuples(name=None):
        if taken and given > taken * (1 + TOLERANCE):
            message = f"'{technology}' gives {given:.9g} t of {material} and takes only {taken:.9g} t; correct one of the flows"
            yield Fault("technology_flows", int(row), "quantity_per_run", message, "A117")


def contained(baseline: Baseline) -> pd.DataFrame:
    """Return what the flows of each technology hold of each material: technology, direction, material, tonnes (a run) and row.

    A good of contents.csv holds what stands there; any other that is measured in t is wholly of its own material.
    """
    goods = baseline.commodities.drop_duplicates("commodity")
    listed = baseline.contents[["commodity", "material", "content"]]
    plain = goods[(goods["unit"] == "t") & ~goods["commodity"].isin(listed["commodity"])][["commodity", "material"]].assign(content=1.0)
    held = pd.concat([listed, plain]) if len(listed) else plain
    flows = baseline.technology_flows.assign(row=baseline.technology_flows.index)
    flows = flows.merge(held, on="commodity")
    return flows.assign(tonnes=flows["quantity_per_run"] * flows["content"])

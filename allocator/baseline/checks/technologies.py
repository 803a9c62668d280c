"""Technologies make something, of no more than they take."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline

TOLERANCE = 1e-9


@CHECKS.register("technologies")
def check_technologies(baseline: Baseline) -> Iterator[Fault]:
    """Every technology has an output and gives no more of a material than it takes, where it takes any (A117)."""
    goods = baseline.commodities.drop_duplicates("commodity").set_index("commodity")
    flows = baseline.technology_flows
    flows = flows[flows["commodity"].isin(goods.index)]
    flows = flows.assign(
        material=goods["material"].loc[flows["commodity"]].to_numpy(), unit=goods["unit"].loc[flows["commodity"]].to_numpy()
    )
    for row, technology in baseline.technologies["technology"].items():
        own = flows[flows["technology"] == technology]
        if not (own["direction"] == "output").any():
            yield Fault(
                "technologies", int(str(row)), "technology", f"'{technology}' has no output; add one to technology_flows.csv", "A117"
            )
        for (material, unit), part in own.groupby(["material", "unit"], sort=True):
            taken = part.loc[part["direction"] == "input", "quantity_per_run"].sum()
            given = part.loc[part["direction"] == "output", "quantity_per_run"].sum()
            if taken and given > taken * (1 + TOLERANCE):
                message = f"'{technology}' gives {given:.9g} {unit} of {material} and takes only {taken:.9g}"
                yield Fault("technology_flows", int(part.index[0]), "quantity_per_run", message, "A117")

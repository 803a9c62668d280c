"""Recycling gives back no more than was put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline

TOLERANCE = 1e-3
Recipes = Mapping[str, list[dict[str, float]]]


@CHECKS.register("recycling")
def check_recycling(baseline: Baseline) -> Iterator[Fault]:
    """What recycling gets out of a good is at most what making it takes, over the whole chain and the richest recipe (A117)."""
    if baseline.unread & {"technologies", "technology_flows"}:
        return
    kind = baseline.technologies.drop_duplicates("technology").set_index("technology")["kind"]
    flows = baseline.technology_flows
    flows = flows.assign(kind=flows["technology"].map(kind))
    recipes = _recipes(flows[flows["kind"] != "recycling"])
    for technology, part in flows[flows["kind"] == "recycling"].groupby("technology", sort=True):
        inputs = part[part["direction"] == "input"]
        for row, good, given in part.loc[part["direction"] == "output", ["commodity", "quantity_per_run"]].itertuples(name=None):
            put_in = sum(
                quantity * _embodied(recipes, name, good, frozenset())
                for name, quantity in zip(inputs["commodity"], inputs["quantity_per_run"], strict=True)
            )
            if 0 < put_in * (1 + TOLERANCE) < given:
                message = f"'{technology}' gets {given:.9g} of {good} out of goods that took {put_in:.9g} of it to make; correct the flow"
                yield Fault("technology_flows", int(row), "quantity_per_run", message, "A117")


def _recipes(flows: pd.DataFrame) -> Recipes:
    """Return, for every good that is made, what each technology takes for one unit of it."""
    taken: dict[str, dict[str, float]] = {}
    outputs: list[tuple[str, str, float]] = []
    columns = (flows[column].to_numpy() for column in ("technology", "direction", "commodity", "quantity_per_run"))
    for technology, direction, good, quantity in zip(*columns, strict=True):
        if direction == "input":
            taken.setdefault(technology, {})[good] = quantity
        elif direction == "output" and quantity > 0:
            outputs.append((technology, good, quantity))
    recipes: dict[str, list[dict[str, float]]] = {}
    for technology, good, given in outputs:
        recipes.setdefault(good, []).append({name: quantity / given for name, quantity in taken.get(technology, {}).items()})
    return recipes


def _embodied(recipes: Recipes, good: str, wanted: str, passed: frozenset[str]) -> float:
    """Return how much of `wanted` went into one unit of `good`; goods that are made from themselves are followed once."""
    if good == wanted:
        return 1.0
    if good in passed:
        return 0.0
    below = passed | {good}
    sums = (
        sum(quantity * _embodied(recipes, name, wanted, below) for name, quantity in inputs.items()) for inputs in recipes.get(good, [])
    )
    return max(sums, default=0.0)

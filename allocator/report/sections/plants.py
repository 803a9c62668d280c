"""Plants that run at their minimum at least, or stand still: close some, or share the cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd

from allocator.explain.plants import ROUNDING
from allocator.report.names import Namer
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._plants import searched
from allocator.report.view import View


@SECTIONS.register("plants")
class Plants(Section):
    """Both plans: what each plant would have if the cut were shared at any rate, and what the rule chose."""

    order: ClassVar[int] = 16
    title: ClassVar[tuple[str, str]] = ("Close some or share the cut", "Enkele sluiten of de korting delen")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return what the rule chose, both plans plant by plant, and where the minimums come from."""
        shares = view.run.plants
        namer = Namer(view)
        technology = view.run.case.processes.set_index("process")["technology"]
        kinds = [str(name).split("/")[2] if "/" in str(name) else technology[name] for name in shares["name"]]
        shares = shares.assign(
            kind=pd.Series(kinds, dtype="str"), below=shares["shared"] < shares["least"] - ROUNDING, stands=shares["got"] <= ROUNDING
        )
        rows = [_row(namer, own) for _, own in shares.groupby(["name", "least", "shared", "got"], sort=True, dropna=False)]
        sources = [
            view.language.pick("{}: at least {}; {}.", "{}: ten minste {}; {}.").format(
                one.named.replace("_", " "), view.language.percent(one.share), one.source
            )
            for one in view.run.scenario.minimums
        ]
        return {"said": [*_chosen(namer, shares), *searched(view)], "rows": rows, "sources": sources}


def _row(namer: Namer, own: pd.DataFrame) -> list[str]:
    """Return one plant over the periods in which it has the same shares in both plans."""
    first, percent = own.iloc[0], namer.words.percent
    name = str(first["name"])
    still = namer.pick("stands still", "staat stil")
    shared = percent(first["shared"]) + (namer.pick(" (too little)", " (te weinig)") if first["below"] else "")
    return [
        namer.claim(name) if "/" in name else namer.process(name),
        namer.periods(own["period"].tolist()),
        percent(first["least"]),
        shared,
        still if first["stands"] else percent(first["got"]),
    ]


def _chosen(namer: Namer, shares: pd.DataFrame) -> list[str]:
    """Say where sharing would stop every plant of a kind and where it would stop some, and what the plan does instead."""
    said = []
    every = shares.groupby(["period", "kind"])["below"].transform("all")
    for chosen, text in (
        (
            shares[every],
            namer.pick(
                "Shared alike, the cut would leave every plant of a kind below its minimum in {}: all {} would stand still. The plan lets "
                "{} stand still, so that {} can run.",
                "Gelijk verdeeld zou de korting elke installatie van een soort onder haar minimum brengen in {}: alle {} zouden stilstaan. "
                "Het plan laat er {} stilstaan, zodat er {} kunnen draaien.",
            ),
        ),
        (
            shares[shares["below"] & ~every],
            namer.pick(
                "Shared alike, the cut would leave some plants below their minimum in {}: {}. Of them {} stand still in the plan, "
                "and {} run.",
                "Gelijk verdeeld zou de korting enkele installaties onder hun minimum brengen in {}: {}. Daarvan staan er in het plan {} "
                "stil, en {} draaien.",
            ),
        ),
    ):
        if len(chosen):
            periods = sorted(set(chosen["period"]))
            still = set(chosen.loc[chosen["stands"], "name"])
            all_ = set(chosen["name"])
            said.append(text.format(namer.periods(periods), len(all_), len(still), len(all_ - still)))
    if len(shares) and not said:
        said.append(
            namer.pick("Every plant has its minimum, shared alike or not.", "Elke installatie haalt haar minimum, gelijk verdeeld of niet.")
        )
    return said

"""What the stages of one component raise and minimise, whatever way they are solved in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocator.solve.highs import FloatArray
from allocator.solve.measures import Measures
from allocator.solve.parts import Component
from allocator_models.rules import RULES, Levels


class Goals:
    """Costs and measures over the columns of a component."""

    def __init__(self, component: Component) -> None:
        self.component = component

    def of_tier(self, tier: int) -> pd.DataFrame:
        """Return the cells that a tier serves."""
        cells = self.component.cells
        return cells[cells["tier"] == tier]

    def rules(self, tier: int, own: pd.DataFrame) -> Iterator[tuple[str, Measures | FloatArray, pd.DataFrame]]:
        """Yield the rules of a tier in their order, with the table of what each is about.

        A rule says what is raised in the leximin order, or the costs whose sum is least.
        """
        reported = own[own["horizon"]]
        by_period = reported[(reported["over"] == "period") & (reported["rule"] != "weighted")]
        for step in sorted(set(own["step"])):
            for table in (self.component.missed, by_period, self.component.harmed):
                mine = table[(table["tier"] == tier) & (table["step"] == step)]
                for rule, cells in mine.groupby("rule"):
                    goal = RULES[str(rule)](cells)
                    columns = cells["column"]
                    yield str(rule), Measures.of_levels(columns, goal) if isinstance(goal, Levels) else self.cost(columns, goal.cost), cells

    def guaranteed(self, tier: int, first: bool) -> pd.DataFrame:
        """Return the cells of a tier whose guarantee comes before all tiers, or inside it."""
        own = self.of_tier(tier)
        return own[(own["guarantee"] > 0.0) & (own["guarantee_first"].astype(bool) == first)]

    def satisfied(self, tier: int) -> pd.DataFrame:
        """Return the cells of a tier that is satisfied with less than all, to be raised to all."""
        own = self.of_tier(tier)
        return own[own["satisfied"] < 1.0].assign(satisfied=1.0)

    def market(self, own: pd.DataFrame, later: pd.DataFrame) -> FloatArray:
        """Return as costs what is dispatched of the goods of reserves that come before the market, and drawn on later ones."""
        sent = self.component.dispatched
        sent = sent[sent["commodity"].isin(own["commodity"])]
        return self.cost(sent["column"], sent["weight"]) + self.sum_of(later[later["commodity"].isin(own["commodity"])])

    def cost(self, columns: pd.Series, weights: pd.Series | FloatArray | float) -> FloatArray:
        """Return weights as costs of columns."""
        cost = np.zeros(len(self.component.columns))
        cost[columns.to_numpy()] = weights
        return cost

    def sum_of(self, draws: pd.DataFrame) -> FloatArray:
        """Return the costs that sum up draws."""
        return self.cost(draws["column"], 1.0)

    def by_name(self, draws: pd.DataFrame) -> FloatArray:
        """Return costs of draws made from their names."""
        return self.sum_of(draws) * self.component.names(0)


def halves(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the horizon and those of the tail."""
    return table[table["horizon"]], table[~table["horizon"]]


def left_open(own: pd.DataFrame, delegated: bool | None = None) -> pd.Series:
    """Return which reported cells of a tier its rules leave open: all of them once regions have re-ordered their own."""
    reordered = bool(own["order"].any()) if delegated is None else delegated
    by_rule: pd.Series = own["horizon"] & ((own["over"] != "period") | (own["rule"] == "weighted") | reordered)
    return by_rule

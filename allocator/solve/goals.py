"""What the stages of one component raise and minimise, whatever way they are solved in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.solve.linear import FloatArray
from allocator.solve.measures import Columns, Measures
from allocator.solve.parts import Component
from allocator.solve.table import Table
from allocator_models.rules import RULES, Levels


class Goals:
    """Costs and measures over the columns of a component."""

    def __init__(self, component: Component) -> None:
        self.component = component

    def of_tier(self, tier: int) -> Table:
        """Return the cells that a tier serves."""
        cells = self.component.cells
        return cells.where(cells["tier"] == tier)

    def rules(self, tier: int, own: Table) -> Iterator[tuple[str, Measures | FloatArray, Table]]:
        """Yield the rules of a tier in their order, with the table of what each is about.

        A rule says what is raised in the leximin order, or the costs whose sum is least.
        """
        by_period = own.where(own["horizon"] & (own["over"] == "period") & (own["rule"] != "weighted"))
        for step in sorted(set(own["step"].tolist())):
            for table in (self.component.missed, by_period, self.component.harmed):
                for rule, cells in table.where((table["tier"] == tier) & (table["step"] == step)).by("rule"):
                    goal = RULES[rule](cells)
                    columns = cells["column"]
                    yield rule, Measures.of_levels(columns, goal) if isinstance(goal, Levels) else self.cost(columns, goal.cost), cells

    def guaranteed(self, tier: int, first: bool) -> Table:
        """Return the cells of a tier whose guarantee comes before all tiers, or inside it."""
        own = self.of_tier(tier)
        return own.where((own["guarantee"] > 0.0) & (own["guarantee_first"].astype(bool) == first))

    def satisfied(self, tier: int) -> Table:
        """Return the cells of a tier that is satisfied with less than all, to be raised to all."""
        own = self.of_tier(tier)
        lacking = own.where(own["satisfied"] < 1.0)
        return lacking.assign(satisfied=np.ones(len(lacking)))

    def market(self, own: Table, later: Table) -> FloatArray:
        """Return as costs what is dispatched of the goods of reserves that come before the market, and drawn on later ones."""
        sent = self.component.dispatched
        sent = sent.where(np.isin(sent["commodity"], own["commodity"]))
        return self.cost(sent["column"], sent["weight"]) + self.sum_of(later.where(np.isin(later["commodity"], own["commodity"])))

    def cost(self, columns: Columns, weights: FloatArray | float) -> FloatArray:
        """Return weights as costs of columns."""
        cost = np.zeros(len(self.component.columns))
        cost[columns] = weights
        return cost

    def sum_of(self, draws: Table) -> FloatArray:
        """Return the costs that sum up draws."""
        return self.cost(draws["column"], 1.0)

    def by_name(self, draws: Table) -> FloatArray:
        """Return costs of draws made from their names."""
        return self.sum_of(draws) * self.component.names(0)


def halves(table: Table) -> tuple[Table, Table]:
    """Return the rows of the horizon and those of the tail."""
    return table.where(table["horizon"]), table.where(~table["horizon"])


def left_open(own: Table, delegated: bool | None = None) -> Table:
    """Return the reported cells of a tier that its rules leave open: all of them once regions have re-ordered their own."""
    reordered = bool(own["order"].any()) if delegated is None else delegated
    return own.where(own["horizon"] & ((own["over"] != "period") | (own["rule"] == "weighted") | reordered))

"""What goods cost and bring where the scenario says more than the baseline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from allocator.case.figures import Calendar, FloatArray
from allocator.case.model import Note, long_table
from allocator.case.scope import ScopedBaseline
from allocator.periods import year_share
from allocator.scenario import Holding, Price, Sale, Scenario
from allocator.scenario.prices import in_force
from allocator_models.kept import Kept

PLACE = ["region", "commodity"]


def priced_tables(
    scenario: Scenario, scoped: ScopedBaseline, lines: pd.DataFrame, stores: pd.DataFrame, calendar: Calendar, kept: Kept
) -> tuple[dict[str, pd.DataFrame], list[Note]]:
    """Return the tables premiums, sales and holdings, and a note for each price that is for nothing in scope."""
    premiums, unpriced = kept.step("premiums", premiums_of, scenario.prices, lines, calendar)
    sales, unsold = kept.step("sales", sales_of, scenario.sales, scoped, calendar)
    holdings, unheld = kept.step("holdings", holdings_of, scenario.holding, stores, calendar)
    return {"premiums": premiums, "sales": sales, "holdings": holdings}, [*unpriced, *unsold, *unheld]


def premiums_of(prices: Sequence[Price], lines: pd.DataFrame, calendar: Calendar) -> tuple[pd.DataFrame, list[Note]]:
    """Return line, period and premium_eur of lines whose price the scenario gives, and a note for a line out of scope; the highest counts.

    Args:
        prices: of the scenario.
        lines: line and premium_eur of those in scope.
        calendar: the periods.
    """
    usual = dict(zip(lines["line"], lines["premium_eur"], strict=True))
    given: dict[str, FloatArray] = {}
    notes = []
    for number, price in enumerate(prices):
        if price.line in usual:
            own = in_force(price.premium_eur, calendar.horizon, len(calendar.names), float(usual[price.line]))
            given[price.line] = np.maximum(own, given.get(price.line, own))
        else:
            notes.append(Note("price_without_effect", f"prices.{number}", price.line))
    return _by_period(pd.DataFrame({"line": list(given)}, dtype="str"), calendar, premium_eur=list(given.values())), notes


def sales_of(sales: Sequence[Sale], scoped: ScopedBaseline, calendar: Calendar) -> tuple[pd.DataFrame, list[Note]]:
    """Return region, commodity, buyer, period, limit and value_eur of what may be sold in the horizon, and a note for each out of scope.

    Args:
        sales: of the scenario; each is a `buyer`, numbered among those of its region and commodity by what it says.
        scoped: the baseline in scope.
        calendar: the periods.
    """
    mine, notes = [], []
    for number, sale in enumerate(sales):
        if sale.region in scoped.regions and sale.commodity in scoped.commodities:
            mine.append(sale)
        else:
            notes.append(Note("price_without_effect", f"sales.{number}", f"{sale.region}/{sale.commodity}"))
    mine.sort(key=lambda sale: sale.model_dump_json())
    horizon, count = calendar.horizon, len(calendar.names)
    keys = pd.DataFrame([(sale.region, sale.commodity) for sale in mine], columns=PLACE).astype("str")
    keys["buyer"] = keys.groupby(PLACE).cumcount() + 1
    most = np.array([sale.monthly for sale in mine])[:, None] * 12.0 * year_share(horizon) * (np.arange(count) < horizon.periods)
    values = [in_force(sale.value_eur, horizon, count, -1.0) for sale in mine]
    table = _by_period(keys, calendar, limit=list(most), value_eur=values)
    return table[(table["limit"] > 0) & (table["value_eur"] >= 0)].reset_index(drop=True), notes


def holdings_of(holding: Sequence[Holding], stores: pd.DataFrame, calendar: Calendar) -> tuple[pd.DataFrame, list[Note]]:
    """Return region, commodity, period and cost_eur of what it costs to hold a unit in the horizon; several add up.

    Args:
        holding: of the scenario.
        stores: region and commodity of the commercial stocks in scope.
        calendar: the periods.
    """
    horizon, count = calendar.horizon, len(calendar.names)
    cost, notes = np.zeros((len(stores), count)), []
    for number, one in enumerate(holding):
        mine = stores["commodity"].isin(one.commodities) if not isinstance(one.commodities, str) else np.ones(len(stores), dtype=bool)
        mine = mine & (stores["region"].isin(one.regions) if not isinstance(one.regions, str) else True)
        if not mine.any():
            notes.append(Note("price_without_effect", f"holding.{number}", one.source))
        cost += np.outer(mine, in_force(one.cost_eur, horizon, count, 0.0) * (np.arange(count) < horizon.periods))
    table = _by_period(stores[PLACE], calendar, cost_eur=list(cost))
    return table[table["cost_eur"] > 0].reset_index(drop=True), notes


def _by_period(keys: pd.DataFrame, calendar: Calendar, **figures: list[FloatArray]) -> pd.DataFrame:
    names = list(calendar.names)
    shaped = {name: np.array(figure, dtype=np.float64).reshape(len(keys), len(names)) for name, figure in figures.items()}
    return long_table(keys.reset_index(drop=True), names, **shaped)

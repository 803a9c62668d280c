"""What the scenario says of prices, sales and the cost of holding stock, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocator.closed import CommodityList, RegionList
from allocator.report.view import View


def prices_told(view: View) -> Iterator[str]:
    """Yield a sentence for each price, sale and cost of holding stock."""
    words, scenario = view.language, view.run.scenario
    for price in scenario.prices:
        text = words.pick(
            "Line {} costs above the baseline, in EUR a unit: {} ({})", "Lijn {} kost boven de basislijn, in EUR per eenheid: {} ({})"
        )
        yield text.format(price.line, _by_period(view, price.premium_eur), price.source)
    for sale in scenario.sales:
        text = words.pick(
            "What is left of {} in {} may be sold, {} in 30 days at most, for EUR a unit: {} ({})",
            "Wat van {} in {} overblijft, mag worden verkocht, hoogstens {} per 30 dagen, voor EUR per eenheid: {} ({})",
        )
        most = words.quantity(sale.monthly, view.unit(sale.commodity))
        place = view.inside(view.commodity(sale.commodity)), view.region(sale.region)
        yield text.format(*place, most, _by_period(view, sale.value_eur), sale.source)
    for holding in scenario.holding:
        text = words.pick(
            "Holding stock of {} in {} costs, in EUR a unit and period: {} ({})",
            "Voorraad houden van {} in {} kost, in EUR per eenheid en periode: {} ({})",
        )
        yield text.format(
            _goods(view, holding.commodities), _regions(view, holding.regions), _by_period(view, holding.cost_eur), holding.source
        )


def _by_period(view: View, prices: Mapping[str, float]) -> str:
    since = view.language.pick("from", "vanaf")
    return view.language.listing(
        [f"{view.language.amount(price)} {since} {view.language.period(name)}" for name, price in sorted(prices.items())]
    )


def _goods(view: View, named: CommodityList) -> str:
    everything = view.language.pick("all materials", "alle materialen")
    return everything if isinstance(named, str) else view.language.listing([view.inside(view.commodity(name)) for name in named])


def _regions(view: View, named: RegionList) -> str:
    everywhere = view.language.pick("all regions", "alle regio's")
    return everywhere if isinstance(named, str) else view.language.listing([view.region(name) for name in named])

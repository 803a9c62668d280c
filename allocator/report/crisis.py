"""What a scenario does to the world, in words: one function for each kind of disruption."""

from __future__ import annotations

from functools import singledispatch

from allocator.report.language import Language
from allocator.report.view import View
from allocator.scenario.disruptions._base import Disruption, LastingDisruption, PlantDisruption
from allocator.scenario.disruptions.chokepoint_closure import ChokepointClosure
from allocator.scenario.disruptions.demand_surge import DemandSurge
from allocator.scenario.disruptions.energy_price_outage import EnergyPriceOutage
from allocator.scenario.disruptions.export_restriction import ExportRestriction
from allocator.scenario.disruptions.licence_delay import LicenceDelay
from allocator.scenario.disruptions.process_outage import ProcessOutage
from allocator.scenario.disruptions.quota import Quota
from allocator.scenario.disruptions.reserve_loss import ReserveLoss
from allocator.scenario.disruptions.supplier_outage import SupplierOutage
from allocator.scenario.disruptions.transit_loss import TransitLoss
from allocator.scenario.disruptions.transport_capacity import TransportCapacity
from allocator.scenario.disruptions.yield_loss import YieldLoss


def sentence(view: View, disruption: Disruption) -> str:
    """Say what a disruption does, how long, and how it ends."""
    words = view.language
    start = words.period(disruption.start)
    if not isinstance(disruption, LastingDisruption):
        return f"{what_happens(disruption, view)}, {words.pick('at the start of {}', 'bij het begin van {}').format(start)}"
    when = words.pick("from {}, for {}", "vanaf {}, {} lang").format(start, _months(words, disruption.months))
    recovery = disruption.fading_months
    after = words.pick("; recovery takes {} more", "; herstel duurt nog {}").format(_months(words, recovery)) if recovery else ""
    return f"{what_happens(disruption, view)}, {when}{after}"


def _months(words: Language, months: float) -> str:
    text = words.number(months, 0 if float(months).is_integer() else 1)
    return f"{text} {words.pick('month' if months == 1 else 'months', 'maand' if months == 1 else 'maanden')}"


@singledispatch
def what_happens(disruption: Disruption, view: View) -> str:
    """Say what a disruption does, without when."""
    del view
    return disruption.kind.replace("_", " ")


@what_happens.register
def _(disruption: ChokepointClosure, view: View) -> str:
    text = view.language.pick("{}: {} of normal traffic cannot pass", "{}: {} van het normale verkeer kan er niet door")
    return text.format(view.name("chokepoints", disruption.chokepoint), view.language.percent(disruption.closed))


@what_happens.register
def _(disruption: DemandSurge, view: View) -> str:
    pick, change = view.language.pick, disruption.factor - 1.0
    more = pick("{} asks for {} more", "{} vraagt {} meer") if change >= 0 else pick("{} asks for {} less", "{} vraagt {} minder")
    return more.format(view.sector(disruption.sector), view.language.percent(abs(change)))


@what_happens.register
def _(disruption: ExportRestriction, view: View) -> str:
    text = view.language.pick("{} withholds {} of its exports of {}", "{} houdt {} van zijn uitvoer van {} achter")
    return text.format(view.region(disruption.origin), view.language.percent(disruption.share), _goods(view, disruption.commodities))


@what_happens.register
def _(disruption: SupplierOutage, view: View) -> str:
    who = view.region(disruption.origin) if disruption.origin else str(disruption.line)
    text = view.language.pick("{} delivers {} less", "{} levert {} minder")
    of = f" {view.inside(view.commodity(disruption.commodity))}" if disruption.commodity else ""
    return text.format(who, view.language.percent(disruption.share)) + of


@what_happens.register
def _(disruption: ProcessOutage, view: View) -> str:
    text = view.language.pick("{} loses {} of its capacity", "{} verliest {} van de capaciteit")
    return text.format(_plants(view, disruption), view.language.percent(disruption.share))


@what_happens.register
def _(disruption: Quota, view: View) -> str:
    pick, goods = view.language.pick, _goods(view, disruption.commodities)
    if disruption.share is not None:
        text = pick("{} lets out at most {} of its normal exports of {}", "{} laat hoogstens {} van zijn normale uitvoer van {} door")
        return text.format(view.region(disruption.origin), view.language.percent(disruption.share), goods)
    most = view.language.quantity(float(disruption.quantity or 0.0), _unit(view, disruption.commodities[0]))
    text = pick("{} lets out at most {} of {} a year", "{} laat hoogstens {} {} per jaar door")
    return text.format(view.region(disruption.origin), most, goods)


@what_happens.register
def _(disruption: LicenceDelay, view: View) -> str:
    text = view.language.pick("exports of {} from {} wait {} days for a licence", "uitvoer van {} uit {} wacht {} dagen op een vergunning")
    days = view.language.number(disruption.delay_days, 0 if float(disruption.delay_days).is_integer() else 1)
    said = text.format(_goods(view, disruption.commodities), view.region(disruption.origin), days)
    return said[:1].upper() + said[1:]


@what_happens.register
def _(disruption: TransitLoss, view: View) -> str:
    text = view.language.pick(
        "{}: {} of all that is under way through it is lost", "{}: {} van alles wat erdoor onderweg is, gaat verloren"
    )
    return text.format(view.name("chokepoints", disruption.chokepoint), view.language.percent(disruption.share))


@what_happens.register
def _(disruption: YieldLoss, view: View) -> str:
    text = view.language.pick("{} yields {} less for the same input", "{} levert {} minder op uit dezelfde grondstof")
    return text.format(_plants(view, disruption), view.language.percent(disruption.share))


@what_happens.register
def _(disruption: TransportCapacity, view: View) -> str:
    pick, goods = view.language.pick, _goods(view, disruption.commodities)
    if disruption.regions is not None:
        everywhere = pick("between all countries", "tussen alle landen")
        named = () if isinstance(disruption.regions, str) else disruption.regions
        listed = view.language.listing([view.region(name) for name in named])
        where = pick("to and from {}", "van en naar {}").format(listed) if named else everywhere
    else:
        start = pick("from {}", "vanuit {}").format(view.region(disruption.origin)) if disruption.origin else ""
        end = pick("to {}", "naar {}").format(view.region(disruption.destination)) if disruption.destination else ""
        where = " ".join(part for part in (start, end) if part)
    text = pick("Transport of {} {} loses {} of its capacity", "Vervoer van {} {} verliest {} van de capaciteit")
    return text.format(goods, where, view.language.percent(disruption.share))


@what_happens.register
def _(disruption: EnergyPriceOutage, view: View) -> str:
    pick = view.language.pick
    named = () if isinstance(disruption.technologies, str) else disruption.technologies
    what = view.language.listing([view.name("technologies", name) for name in named]) or pick("All plants", "Alle fabrieken")
    places = () if isinstance(disruption.regions, str) else disruption.regions
    where = f" ({view.language.listing([view.region(name) for name in places])})" if places else ""
    text = pick("{}{}: {} of capacity stops as energy costs too much", "{}{}: {} van de capaciteit valt stil omdat energie te duur is")
    return text.format(what, where, view.language.percent(disruption.share))


@what_happens.register
def _(disruption: ReserveLoss, view: View) -> str:
    share = view.language.percent(disruption.share)
    if disruption.owner is not None:
        text = view.language.pick("Reserves of {} lose {} of what they hold", "Voorraden van {} verliezen {} van wat er ligt")
        return text.format(view.region(disruption.owner), share)
    text = view.language.pick("Reserve {}: {} of what it holds is lost", "Voorraad {}: {} van wat er ligt gaat verloren")
    return text.format(disruption.reserve, share)


def _plants(view: View, disruption: PlantDisruption) -> str:
    what = disruption.process or view.name("technologies", str(disruption.technology))
    return f"{what} ({view.region(disruption.region)})" if disruption.region else what


def _goods(view: View, commodities: tuple[str, ...] | str) -> str:
    if isinstance(commodities, str):
        return view.language.pick("everything", "alles")
    return view.language.listing([view.inside(view.commodity(name)) for name in commodities])


def _unit(view: View, commodity: str) -> str:
    """Return the unit of a commodity, in scope or not."""
    goods = view.run.baseline.commodities
    return str(goods.loc[goods["commodity"] == commodity, "unit"].iloc[0])

"""What a scenario does to the world, in words."""

from __future__ import annotations

from allocator.report.language import Language
from allocator.report.view import View
from allocator.scenario.disruptions._base import Disruption
from allocator.scenario.disruptions.chokepoint_closure import ChokepointClosure
from allocator.scenario.disruptions.demand_surge import DemandSurge
from allocator.scenario.disruptions.export_restriction import ExportRestriction
from allocator.scenario.disruptions.process_outage import ProcessOutage
from allocator.scenario.disruptions.supplier_outage import SupplierOutage


def sentence(view: View, disruption: Disruption) -> str:
    """Say what a disruption does, how long, and how it ends."""
    words = view.language
    when = words.pick("from {}, for {}", "vanaf {}, {} lang").format(words.period(disruption.start), _months(words, disruption.months))
    recovery = getattr(disruption, "recovery_months", 0)
    after = words.pick("; recovery takes {} more", "; herstel duurt nog {}").format(_months(words, recovery)) if recovery else ""
    return f"{_what(view, disruption)}, {when}{after}"


def _months(words: Language, months: float) -> str:
    text = words.number(months, 0 if float(months).is_integer() else 1)
    return f"{text} {words.pick('month' if months == 1 else 'months', 'maand' if months == 1 else 'maanden')}"


def _what(view: View, disruption: Disruption) -> str:
    pick, percent = view.language.pick, view.language.percent
    if isinstance(disruption, ChokepointClosure):
        text = pick("{}: {} of normal traffic cannot pass", "{}: {} van het normale verkeer kan er niet door")
        return text.format(view.name("chokepoints", disruption.chokepoint), percent(disruption.closed))
    if isinstance(disruption, DemandSurge):
        change = disruption.factor - 1.0
        more = pick("{} asks for {} more", "{} vraagt {} meer") if change >= 0 else pick("{} asks for {} less", "{} vraagt {} minder")
        return more.format(view.sector(disruption.sector), percent(abs(change)))
    if isinstance(disruption, ExportRestriction):
        text = pick("{} withholds {} of its exports of {}", "{} houdt {} van zijn uitvoer van {} achter")
        return text.format(view.region(disruption.origin), percent(disruption.share), _goods(view, disruption.commodities))
    if isinstance(disruption, SupplierOutage):
        who = view.region(disruption.origin) if disruption.origin else str(disruption.line)
        text = pick("{} delivers {} less", "{} levert {} minder")
        of = f" {view.inside(view.commodity(disruption.commodity))}" if disruption.commodity else ""
        return text.format(who, percent(disruption.share)) + of
    if isinstance(disruption, ProcessOutage):
        what = disruption.process or view.name("technologies", str(disruption.technology))
        where = f" ({view.region(disruption.region)})" if disruption.region else ""
        return pick("{}{} loses {} of its capacity", "{}{} verliest {} van de capaciteit").format(what, where, percent(disruption.share))
    return disruption.kind.replace("_", " ")


def _goods(view: View, commodities: tuple[str, ...] | str) -> str:
    if isinstance(commodities, str):
        return view.language.pick("everything", "alles")
    return view.language.listing([view.inside(view.commodity(name)) for name in commodities])

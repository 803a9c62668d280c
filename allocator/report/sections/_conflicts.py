"""What cannot all hold, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.conflict import Member
from allocator.explain import Limit
from allocator.framework import Guarantee, PriorityOrder, Tier
from allocator.report.law import basis_words
from allocator.report.names import SAYS_NL, Namer
from allocator.report.view import View

MEMBERS = {
    "guarantee": ("guarantee", "gegarandeerd minimum"),
    "override": ("manual minimum", "handmatig minimum"),
    "order": ("order", "order"),
    "cap": ("cap", "plafond"),
    "line": ("supply line", "aanvoerlijn"),
    "process": ("process", "proces"),
    "lane": ("lane", "verbinding"),
    "reserve": ("reserve", "voorraad"),
    "inventory": ("stock of firms", "voorraad van bedrijven"),
    "restraint": ("restraint", "vraagbeperking"),
    "stay": ("reserves not shared", "voorraden niet gedeeld"),
    "guard": ("guard of", "waarborg van"),
}
#: What a limit says in Dutch where limits of explanations are cut finer.
SAYS = {
    **SAYS_NL,
    "reserve": "een voorraad kan niet afgeven wat er niet ligt",
    "inventory": "bedrijven houden hun werkvoorraad, en niet meer dan waar zij ruimte voor hebben",
    "stay": "zonder delen wordt wat een voorraad afgeeft, gebruikt waar zij ligt",
    "guard": "delen maakt geen lid slechter af dan alleen",
}
KINDS = {
    "guarantees": (
        "These guarantees cannot all hold. Without any one of these rules and limits the rest can.",
        "Deze minima kunnen niet alle gelden. Zonder een willekeurige van deze regels en grenzen kan de rest dat wel.",
    ),
    "rank": (
        "This guarantee is missed only as higher classes, and reserves kept for them, come first.",
        "Dit minimum wordt alleen niet gehaald doordat hogere klassen, en voorraden die voor hen zijn, voorgaan.",
    ),
    "regimes": (
        "Orders of several regimes claim the same goods, and together exceed what can reach this place. They bind nothing here.",
        "Orders van verschillende regimes vragen dezelfde goederen, samen meer dan hier kan komen. Zij binden hier niets.",
    ),
}
REGIMES = {
    "national": ("national ranking", "nationale rangorde"),
    "eu_priority_rated": ("priority-rated request of the Union", "verzoek met voorrang van de Unie"),
    "third_country": ("priority order of a third country", "voorrangsorder van een derde land"),
}


def conflicts(view: View) -> list[Mapping[str, Any]]:
    """Return every conflict of rules or regimes: what it is, its members, and what must give way at least."""
    pick, namer = view.language.pick, Namer(view)
    told: list[Mapping[str, Any]] = []
    for conflict in view.run.conflicts:
        amounts = [
            f"{view.inside(view.commodity(good))} {view.language.quantity(quantity, unit)}" for good, unit, quantity in conflict.relaxation
        ]
        told.append(
            {
                "sentence": pick(*KINDS[conflict.kind]),
                "members": [
                    {
                        "name": f"{pick(*MEMBERS[member.kind])} {_name(namer, member)}",
                        "rule": _rule(view, member),
                        "basis": basis_words(view, member.ground.basis) if member.ground else "",
                    }
                    for member in conflict.members
                ],
                "gives": view.language.listing(amounts) if amounts else "",
                "periods": view.language.listing([view.language.period(name) for name in conflict.periods]),
            }
        )
    return told


def _name(namer: Namer, member: Member) -> str:
    """Name whose rule or limit it is; an order by its id."""
    if member.kind in ("guarantee", "override", "cap", "restraint", "guard"):
        return namer.claim_inside(member.name)
    if member.kind == "process":
        return namer.process(member.name)
    if member.kind == "reserve":
        return f"'{namer.view.reserve(member.name)}'"
    if member.kind in ("inventory", "stay"):
        return namer.place(*member.name.split("/"))
    if member.kind in ("line", "lane"):
        table = namer.view.run.case.lines if member.kind == "line" else namer.view.run.case.lanes
        good = str(table.set_index(member.kind)["commodity"].loc[member.name])
        return f"({namer.limit(Limit(member.kind, member.name, good, '', 0.0, ''))})"
    return member.name


def _rule(view: View, member: Member) -> str:
    """Say how much a rule demands, or what a limit says."""
    pick, ground, share = view.language.pick, member.ground, view.language.percent(member.share)
    if isinstance(ground, PriorityOrder):
        text = pick("{}: {} a month, from {} until {}", "{}: {} per maand, van {} tot {}")
        days = view.language.day(ground.from_), view.language.day(ground.until)
        return text.format(pick(*REGIMES[ground.regime]), view.language.quantity(ground.monthly, view.unit(ground.commodity)), *days)
    if member.kind == "cap":
        whose = pick(" (class {})", " (klasse {})").format(ground.rank) if isinstance(ground, Tier) else ""
        return pick("at most {} of the demand may be met", "hoogstens {} van de vraag mag worden gedekt").format(share) + whose
    if ground is not None:
        inside = isinstance(ground, Guarantee) and ground.before == "own_tier"
        when = pick("inside its own class", "binnen de eigen klasse") if inside else pick("before all classes", "vóór alle klassen")
        return pick("at least {}, {}", "ten minste {}, {}").format(share, when)
    return pick(member.says, SAYS[member.kind])

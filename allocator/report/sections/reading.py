"""How the scenario was read: what the figures do not say by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View

_WORDS = {
    "adopted_without_act": (
        "The framework says that it is adopted, but these ranks rest on no act in force.",
        "Het kader zegt dat het is vastgesteld, maar deze rangen rusten op geen geldende regeling.",
    ),
    "outside_supply": (
        "Supply from countries outside the scope enters as fixed lines with undisturbed trade, unless a disruption touches them.",
        "Aanvoer uit landen daarbuiten komt binnen als vaste lijnen met hun ongestoorde handel, tenzij een verstoring ze raakt.",
    ),
    "outside_use": (
        "Use in countries outside the scope enters as an export claim for the undisturbed trade, in the class of exports.",
        "Gebruik in landen daarbuiten telt mee als exportaanspraak ter grootte van de ongestoorde handel, in de klasse van de export.",
    ),
    "commodity_pulled_in": (
        "These commodities were not chosen but belong to a chain of one that was, so they are decided too.",
        "Deze materialen zijn niet gekozen maar horen bij een keten van een gekozen materiaal, dus zij tellen mee.",
    ),
    "lever_not_allowed_at_level": (
        "The framework does not allow these levers at this crisis level, so they do nothing.",
        "Het kader staat deze maatregelen op dit crisisniveau niet toe; zij doen niets.",
    ),
    "reserve_closed_at_level": (
        "These reserves open only at a higher crisis level, so they stay closed.",
        "Deze voorraden gaan pas bij een hoger crisisniveau open; zij blijven dicht.",
    ),
    "lever_without_reserve": (
        "These levers open a reserve that there is not in the data, so they do nothing.",
        "Deze maatregelen openen een voorraad die niet in de gegevens staat; zij doen niets.",
    ),
    "lever_without_effect": (
        "These levers find nothing in the scope that they could act on, so they do nothing.",
        "Deze maatregelen vinden binnen het bereik niets waarop zij kunnen werken; zij doen niets.",
    ),
    "minimum_without_plant": (
        "Nothing in the scope is what these minimums are about, so they do nothing.",
        "Niets binnen het bereik is waar deze minima over gaan; zij doen niets.",
    ),
    "price_without_effect": (
        "Nothing in the scope is what these prices, sales or costs of holding stock are about, so they do nothing.",
        "Niets binnen het bereik is waar deze prijzen, verkopen of kosten van voorraad houden over gaan; zij doen niets.",
    ),
    "owed": (
        "An earlier round did not deliver all that it allocated to these claims; what is missing is asked for again in the first period.",
        "Een eerdere ronde leverde niet alles wat deze aanspraken was toegewezen; wat ontbreekt, telt in de eerste periode opnieuw mee.",
    ),
    "owed_to_nobody": (
        "These claims of an earlier round do not exist in this one, so nothing of it is carried over.",
        "Deze aanspraken uit een eerdere ronde bestaan in deze ronde niet; er gaat niets mee over.",
    ),
    "restraint_without_blocks": (
        "The data do not say what these sectors can give up, so nothing is asked of them.",
        "De gegevens zeggen niet wat deze sectoren kunnen missen; er wordt niets van hen gevraagd.",
    ),
    "rule_off_at_level": (
        "These rules of the framework hold only from a higher crisis level on, so they do nothing.",
        "Deze regels van het kader gelden pas vanaf een hoger crisisniveau; zij doen niets.",
    ),
    "decision_over": (
        "These exemptions and overrides ended before the first period, so they do nothing.",
        "Deze ontheffingen en handmatige besluiten eindigden vóór de eerste periode; zij doen niets.",
    ),
    "decision_without_claim": (
        "Nobody in the scope asks for what these exemptions and overrides are about, so they do nothing.",
        "Niemand binnen het bereik vraagt om waar deze ontheffingen en handmatige besluiten over gaan; zij doen niets.",
    ),
    "order_without_place": (
        "Nobody in the scope asks for the goods of these priority orders in their region, so they are not looked at.",
        "Niemand binnen het bereik vraagt in hun regio om de goederen van deze voorrangsorders; zij blijven buiten beschouwing.",
    ),
}
MOST_LISTED = 12


@SECTIONS.register("reading")
class Reading(Section):
    """What the reader must know about how the scenario was read."""

    order: ClassVar[int] = 70
    title: ClassVar[tuple[str, str]] = ("How the scenario was read", "Hoe het scenario is gelezen")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return one sentence per kind of note, with what it is about."""
        subjects: dict[str, list[str]] = {}
        for note in view.run.case.notes:
            subjects.setdefault(note.kind, []).append(note.subject)
        notes = []
        for kind in sorted(subjects):
            about = sorted(set(subjects[kind]))
            listed = [self._subject(view, subject) for subject in about[:MOST_LISTED]]
            rest = len(about) - MOST_LISTED
            more = [view.language.pick("and {} more", "en nog {}").format(rest)] if rest > 0 else []
            sentence = view.language.pick(*_WORDS.get(kind, (kind.replace("_", " "), kind.replace("_", " "))))
            notes.append({"sentence": sentence, "count": len(about), "listed": ", ".join(listed + more)})
        return {"notes": notes}

    @staticmethod
    def _subject(view: View, subject: str) -> str:
        if subject in set(view.run.case.commodities["commodity"]):
            return view.commodity(subject)
        if subject in set(view.run.case.reserves["reserve"]):
            return view.reserve(subject)
        return subject

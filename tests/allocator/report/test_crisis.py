"""Every disruption in words, in English and in Dutch."""

from __future__ import annotations

import pytest

from allocator.report.crisis import sentence, what_happens
from allocator.report.language import Language
from allocator.report.view import View
from allocator.run import Run
from allocator.scenario import DISRUPTIONS, Disruption

WHEN = {"start": "2026-03", "months": 2}
SAID: dict[str, tuple[dict[str, object], str, str]] = {
    "chokepoint_closure": (
        {**WHEN, "chokepoint": "strait_of_hormuz", "closed": 0.95, "recovery_months": 1},
        "strait_of_hormuz: 95% of normal traffic cannot pass, from Mar 2026, for 2 months; recovery takes 1 month more",
        "strait_of_hormuz: 95% van het normale verkeer kan er niet door, vanaf mrt 2026, 2 maanden lang; herstel duurt nog 1 maand",
    ),
    "demand_surge": (
        {**WHEN, "sector": "health", "factor": 1.15},
        "health asks for 15% more, from Mar 2026, for 2 months",
        "health vraagt 15% meer, vanaf mrt 2026, 2 maanden lang",
    ),
    "energy_price_outage": (
        {**WHEN, "technologies": ("smelting",), "regions": ("NLD", "DEU"), "share": 0.4, "recovery_months": 1.5},
        "smelting (NLD and DEU): 40% of capacity stops as energy costs too much, from Mar 2026, for 2 months; "
        "recovery takes 1.5 months more",
        "smelting (NLD en DEU): 40% van de capaciteit valt stil omdat energie te duur is, vanaf mrt 2026, 2 maanden lang; "
        "herstel duurt nog 1,5 maanden",
    ),
    "export_restriction": (
        {**WHEN, "origin": "QAT", "commodities": "all", "share": 0.5},
        "Qatar withholds 50% of its exports of everything, from Mar 2026, for 2 months",
        "Qatar houdt 50% van zijn uitvoer van alles achter, vanaf mrt 2026, 2 maanden lang",
    ),
    "licence_delay": (
        {**WHEN, "origin": "AUS", "commodities": ("ore", "metal"), "delay_days": 45},
        "Exports of ore and metal from Australia wait 45 days for a licence, from Mar 2026, for 2 months",
        "Uitvoer van ore en metal uit Australië wacht 45 dagen op een vergunning, vanaf mrt 2026, 2 maanden lang",
    ),
    "process_outage": (
        {**WHEN, "technology": "smelting", "region": "NLD", "share": 0.5},
        "smelting (NLD) loses 50% of its capacity, from Mar 2026, for 2 months",
        "smelting (NLD) verliest 50% van de capaciteit, vanaf mrt 2026, 2 maanden lang",
    ),
    "quota": (
        {**WHEN, "origin": "NOR", "commodities": ("metal",), "quantity": 1500.0},
        "Norway lets out at most 1,500 t of metal a year, from Mar 2026, for 2 months",
        "Noorwegen laat hoogstens 1.500 t metal per jaar door, vanaf mrt 2026, 2 maanden lang",
    ),
    "reserve_loss": (
        {"start": "2026-03", "owner": "NLD", "share": 0.5},
        "Reserves of NLD lose 50% of what they hold, at the start of Mar 2026",
        "Voorraden van NLD verliezen 50% van wat er ligt, bij het begin van mrt 2026",
    ),
    "supplier_outage": (
        {**WHEN, "origin": "NOR", "commodity": "metal", "share": 0.8},
        "Norway delivers 80% less metal, from Mar 2026, for 2 months",
        "Noorwegen levert 80% minder metal, vanaf mrt 2026, 2 maanden lang",
    ),
    "transit_loss": (
        {"start": "2026-03", "chokepoint": "strait_of_hormuz", "share": 0.3},
        "strait_of_hormuz: 30% of all that is under way through it is lost, at the start of Mar 2026",
        "strait_of_hormuz: 30% van alles wat erdoor onderweg is, gaat verloren, bij het begin van mrt 2026",
    ),
    "transport_capacity": (
        {**WHEN, "origin": "NLD", "destination": "DEU", "commodities": ("metal",), "share": 0.5},
        "Transport of metal from NLD to DEU loses 50% of its capacity, from Mar 2026, for 2 months",
        "Vervoer van metal vanuit NLD naar DEU verliest 50% van de capaciteit, vanaf mrt 2026, 2 maanden lang",
    ),
    "yield_loss": (
        {**WHEN, "process": "nld_smelting", "share": 0.1},
        "nld_smelting yields 10% less for the same input, from Mar 2026, for 2 months",
        "nld_smelting levert 10% minder op uit dezelfde grondstof, vanaf mrt 2026, 2 maanden lang",
    ),
}
OTHERWISE: list[tuple[str, dict[str, object], str, str]] = [
    (
        "quota",
        {**WHEN, "origin": "NOR", "commodities": "all", "share": 0.6},
        "Norway lets out at most 60% of its normal exports of everything",
        "Noorwegen laat hoogstens 60% van zijn normale uitvoer van alles door",
    ),
    (
        "reserve_loss",
        {"start": "2026-03", "reserve": "nld_liquid", "share": 1},
        "Reserve nld_liquid: 100% of what it holds is lost",
        "Voorraad nld_liquid: 100% van wat er ligt gaat verloren",
    ),
    (
        "transport_capacity",
        {**WHEN, "regions": ("NLD", "POL"), "share": 0.5},
        "Transport of everything to and from NLD and POL loses 50% of its capacity",
        "Vervoer van alles van en naar NLD en POL verliest 50% van de capaciteit",
    ),
    (
        "transport_capacity",
        {**WHEN, "regions": "all", "share": 0.5},
        "Transport of everything between all countries loses",
        "Vervoer van alles tussen alle landen verliest",
    ),
    (
        "energy_price_outage",
        {**WHEN, "technologies": "all", "share": 0.5},
        "All plants: 50% of capacity stops",
        "Alle fabrieken: 50% van de capaciteit valt stil",
    ),
]


def made(kind: str, keys: dict[str, object]) -> Disruption:
    return DISRUPTIONS[kind].model_validate({"kind": kind, **keys})


@pytest.mark.parametrize("kind", list(DISRUPTIONS))
def test_every_kind_has_words_of_its_own(kind: str, finished: Run) -> None:
    assert what_happens.dispatch(DISRUPTIONS[kind]) is not what_happens.dispatch(Disruption)
    keys, english, dutch = SAID[kind]
    assert sentence(View(finished, Language("en")), made(kind, keys)) == english
    assert sentence(View(finished, Language("nl")), made(kind, keys)) == dutch


@pytest.mark.parametrize(("kind", "keys", "english", "dutch"), OTHERWISE)
def test_other_ways_to_write_a_kind(kind: str, keys: dict[str, object], english: str, dutch: str, finished: Run) -> None:
    assert sentence(View(finished, Language("en")), made(kind, keys)).startswith(english)
    assert sentence(View(finished, Language("nl")), made(kind, keys)).startswith(dutch)

"""The shipped scenarios say what they are known to say."""

from __future__ import annotations

from typing import get_args

from allocator_scenarios import ROOT

from allocator.scenario import DISRUPTIONS, LEVERS
from allocator.scenario.levers._base import AUTHORITY_NAMES, Authority
from allocator.scenario.load import scenario_source

HORMUZ = """\
scenario: hormuz_closure
title: {en: Strait of Hormuz closed for six months, nl: Straat van Hormuz zes maanden gesloten}
baseline: eu_crm_2026
framework: nl_draft
horizon: {start: 2026-03, periods: 12, period: month}
scope: {regions: [NLD, DEU, FRA, ITA], commodities: all}
crisis_level: 2
disruptions:
  - {kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 6, closed: 0.95, recovery_months: 4}
"""


def test_hormuz_closure_starts_exactly_as_printed() -> None:
    text = (ROOT / "hormuz-closure.yaml").read_text(encoding="utf-8")
    assert text[text.index("scenario:") :].startswith(HORMUZ)
    assert text[: text.index("scenario:")] == "# yaml-language-server: $schema=schema/scenario.schema.json\n"


def test_hormuz_closure_holds_just_these_keys() -> None:
    tree = scenario_source(ROOT / "hormuz-closure.yaml").tree
    assert isinstance(tree, dict)
    assert list(tree) == ["scenario", "title", "baseline", "framework", "horizon", "scope", "crisis_level", "disruptions", "levers"]


def test_the_closed_lists_of_kinds() -> None:
    assert list(DISRUPTIONS) == [
        *("chokepoint_closure", "demand_surge", "energy_price_outage", "export_restriction", "licence_delay", "process_outage", "quota"),
        *("reserve_loss", "supplier_outage", "transit_loss", "transport_capacity", "yield_loss"),
    ]
    assert list(LEVERS) == [
        *("demand_restraint", "emergency_purchase", "export_retention", "inventory_direction", "joint_purchase", "loan"),
        *("recycling_ramp_up", "refill", "reserve_release", "substitution"),
    ]


def test_a_kind_is_named_as_its_file() -> None:
    for registry in (DISRUPTIONS, LEVERS):
        for name, kind in registry.items():
            assert kind.__module__.rsplit(".", 1)[1] == name
            assert kind.model_fields["kind"].default == name


def test_every_kind_and_every_authority_has_a_name_in_both_languages() -> None:
    names = [kind.NAMES for kind in (*DISRUPTIONS.values(), *LEVERS.values())]
    assert len({name.en for name in names}) == len({name.nl for name in names}) == len(names)
    assert set(AUTHORITY_NAMES) == set(get_args(Authority))


def test_every_field_has_its_sentence() -> None:
    for kind in (*DISRUPTIONS.values(), *LEVERS.values()):
        assert [name for name, field in kind.model_fields.items() if not field.description and name != "kind"] == []

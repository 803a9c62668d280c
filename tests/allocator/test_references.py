"""Scenario, framework and baseline speak of the same things, or every word that does not match is named."""

from __future__ import annotations

from pathlib import Path

from allocator.closed import KnownIds
from allocator.framework import load_framework
from allocator.references import check_references
from allocator.scenario import load_scenario
from tests.allocator.framework.world import PLAIN as LAW
from tests.allocator.scenario.world import PLAIN, World

IDS = KnownIds(
    regions=frozenset({"NLD", "DEU"}),
    commodities=frozenset({"helium_liquid", "aluminium_primary"}),
    sectors=frozenset({"defence", "health", "packaging"}),
    chokepoints=frozenset({"strait_of_hormuz"}),
    origins=frozenset({"QAT", "CHN"}),
    owners=frozenset({"NLD"}),
    reserves=frozenset({"nld_helium"}),
    technologies=frozenset({"smelting"}),
    processes=frozenset({"smelting_deu"}),
    lines=frozenset({"helium_qat_nld"}),
)
CRISIS = """\
scope: {regions: [NLD, DEU], commodities: [helium_liquid]}
disruptions:
  - {kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 6, closed: 1}
  - {kind: export_restriction, origin: CHN, commodities: [aluminium_primary], start: 2026-03, months: 6, share: 1}
  - {kind: supplier_outage, line: helium_qat_nld, start: 2026-03, months: 6, share: 1}
  - {kind: process_outage, technology: smelting, process: smelting_deu, region: DEU, start: 2026-03, months: 6, share: 1}
  - {kind: demand_surge, sector: health, start: 2026-03, months: 6, factor: 1.1}
levers:
  - {kind: reserve_release, owner: NLD, commodities: [helium_liquid], authority: minister}
  - {kind: demand_restraint, sectors: [packaging], share: 0.1, authority: minister}
"""
RESERVES = "reserves: {draw: {nld_helium: 1}}\n"


def references(folder: Path, crisis: str, law: str) -> list[str]:
    world = World(folder)
    framework = world.write(law, "frameworks/law.yaml")
    scenario = world.load(PLAIN.replace("equal_cut", "plain") + crisis)
    findings = check_references(load_scenario(scenario.source.path), load_framework(framework), IDS)
    return [str(finding).replace(f"{folder}/", "") for finding in findings]


def test_everything_is_known(tmp_path: Path) -> None:
    assert references(tmp_path, CRISIS, LAW + RESERVES) == []


def test_every_unknown_name_with_its_line_and_a_suggestion(tmp_path: Path) -> None:
    crisis = CRISIS
    for known in ("strait_of_hormuz", "helium_liquid", "helium_qat_nld", "smelting,", "smelting_deu", "CHN", "DEU", "health", "packaging"):
        crisis = crisis.replace(known, {"CHN": "CHM", "DEU": "GER", "smelting,": "smeltin,"}.get(known, known[:-1]))
    assert references(tmp_path, crisis, LAW + RESERVES) == [
        "s.yaml:5:24: scope.regions.1: the baseline has no region 'GER'; there is DEU, NLD  [A330]",
        "s.yaml:5:44: scope.commodities.0: the baseline has no commodity 'helium_liqui'; did you mean 'helium_liquid'?  [A330]",
        "s.yaml:7:32: disruptions.0.chokepoint: the baseline has no chokepoint 'strait_of_hormu'; did you mean 'strait_of_hormuz'?  [A330]",
        "s.yaml:8:32: disruptions.1.origin: the baseline has no origin 'CHM'; did you mean 'CHN'?  [A330]",
        "s.yaml:9:29: disruptions.2.line: the baseline has no supply line 'helium_qat_nl'; did you mean 'helium_qat_nld'?  [A330]",
        "s.yaml:10:28: disruptions.3.technology: the baseline has no technology 'smeltin'; did you mean 'smelting'?  [A330]",
        "s.yaml:10:49: disruptions.3.process: the baseline has no process 'smelting_de'; did you mean 'smelting_deu'?  [A330]",
        "s.yaml:10:71: disruptions.3.region: the baseline has no region 'GER'; there is DEU, NLD  [A330]",
        "s.yaml:11:26: disruptions.4.sector: the baseline has no sector 'healt'; did you mean 'health'?  [A330]",
        "s.yaml:13:55: levers.0.commodities.0: the baseline has no commodity 'helium_liqui'; did you mean 'helium_liquid'?  [A330]",
        "s.yaml:14:40: levers.1.sectors.0: the baseline has no sector 'packagin'; did you mean 'packaging'?  [A330]",
    ]


def test_the_framework_is_checked_too(tmp_path: Path) -> None:
    law = LAW.replace("[packaging]", "[packging]")
    assert references(tmp_path, CRISIS, law) == [
        "frameworks/law.yaml:1:1: reserves.draw: no rank may draw on the reserve 'nld_helium'; add it here, or a rank for default  [A226]",
        "frameworks/law.yaml:12:15: tiers.1.sectors.0: the baseline has no sector 'packging'; did you mean 'packaging'?  [A230]",
    ]

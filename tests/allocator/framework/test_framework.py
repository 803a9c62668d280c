"""What a framework says once it is read."""

from __future__ import annotations

from datetime import date

import pytest
from allocator_scenarios import ROOT
from hypothesis import given
from hypothesis import strategies as st

from allocator.framework import Dated, NotInForceError, load_framework, missing_sectors, not_in_force
from allocator.framework.model import LEVER_KINDS
from allocator.scenario import LEVERS
from tests.allocator.framework.world import PLAIN, Laws

SECTORS = [
    *("aerospace", "agriculture_food", "basic_metals", "batteries", "chemicals", "climate_installations", "construction"),
    *("consumer_electronics", "defence", "electrolysers", "energy_networks", "exports", "glass_ceramics", "health", "machine_building"),
    *("naval_ships", "other", "packaging", "permanent_magnets", "research", "semiconductors", "solar", "space_sensors", "telecom"),
    *("vehicles", "wind"),
]


def test_the_draft() -> None:
    framework = load_framework(ROOT / "frameworks" / "nl-draft.yaml")
    assert [tier.rank for tier in framework.tiers] == [1, 2, 3, 4]
    assert framework.sectors == set(SECTORS)
    assert [framework.tier_of(name) for name in ("health", "packaging", "nobody")] == [framework.tiers[0], framework.tiers[3], None]
    guarantee = framework.guarantees[0]
    assert (guarantee.sector, guarantee.commodity, guarantee.before, guarantee.hard) == ("health", "helium_liquid", "tiers", False)
    assert guarantee.share.value_on(date(2026, 3, 1)) == 0.8
    assert (framework.reserves.rank_of("nld_helium"), framework.reserves.rank_of("deu_aluminium")) == (1, 2)
    assert framework.restraint is not None
    assert framework.restraint.mandatory_from_level == 2
    assert [framework.opens("reserve_release", level) for level in (0, 1, 2, 3)] == [False, False, True, True]


def test_the_yardstick() -> None:
    framework = load_framework(ROOT / "frameworks" / "equal-cut.yaml")
    (tier,) = framework.tiers
    assert list(tier.sectors) == SECTORS
    assert framework.guarantees == ()


def test_levers_are_those_of_the_registry() -> None:
    assert tuple(LEVERS) == LEVER_KINDS


def test_tiers_are_sorted_by_rank_and_keep_their_place_in_the_file(laws: Laws) -> None:
    swapped = PLAIN.replace("rank: 1", "rank: 3").replace("rank: 2", "rank: 1\n    cap: {2027-01-01: 0.5}").replace("rank: 3", "rank: 2")
    framework = laws.load(swapped)
    assert [tier.sectors for tier in framework.tiers] == [("packaging",), ("defence", "health")]
    (finding,) = not_in_force(framework, [date(2026, 3, 1)], 0)
    assert (finding.path, finding.line) == ("tiers.1.cap", 11)


def test_what_is_left_out(laws: Laws) -> None:
    framework = laws.load(PLAIN)
    assert (framework.title.en, framework.tie_break, framework.sharing.mode) == ("plain", "by_name", "pooled")
    assert framework.reserves.rank_of("any") is None
    assert not framework.opens("reserve_release", 9)
    assert (framework.tiers[0].over, framework.tiers[0].cap) == ("period", None)


def test_a_sector_in_no_tier(laws: Laws) -> None:
    framework = laws.load(PLAIN)
    assert missing_sectors(framework, [("health", "helium"), ("packaging", "helium")]) == []
    findings = missing_sectors(framework, [("wind", "helium"), ("health", "helium"), ("research", "helium")])
    assert [str(finding).replace(f"{laws.folder}/", "") for finding in findings] == [
        "f.yaml:4:1: tiers: the sector 'research' is in no tier; add it to the sectors of one  [A221]",
        "f.yaml:4:1: tiers: the sector 'wind' is in no tier; add it to the sectors of one  [A221]",
    ]


def test_no_value_in_force(laws: Laws) -> None:
    guarantee = (
        "guarantees:\n  - sector: health\n    commodity: helium_liquid\n    share: {2025-01-01: 0.8}\n    basis: {status: none, note: x}\n"
    )
    framework = laws.load(PLAIN + guarantee)
    assert not_in_force(framework, [date(2025, 1, 1), date(2030, 1, 1)], 0) == []
    (finding,) = not_in_force(framework, [date(2025, 1, 31), date(2024, 12, 31)], 0)
    assert str(finding).replace(f"{laws.folder}/", "") == (
        "f.yaml:18:5: guarantees.0.share: no value in force on 2024-12-31; date the scenario on or after 2025-01-01  [A203]"
    )


def test_a_value_holds_from_its_day_until_the_next() -> None:
    share = Dated.model_validate({"2026-01-01": 0.8, "2027-07-01": 0.6})
    days = [date(2026, 1, 1), date(2027, 6, 30), date(2027, 7, 1), date(2099, 1, 1)]
    assert [share.value_on(day) for day in days] == [0.8, 0.8, 0.6, 0.6]
    with pytest.raises(NotInForceError, match="no value in force on 2025-12-31; date the scenario on or after 2026-01-01"):
        share.value_on(date(2025, 12, 31))


def test_a_plain_number_always_holds() -> None:
    assert Dated.model_validate(0.8).value_on(date(1, 1, 1)) == 0.8


@given(st.dictionaries(st.dates(), st.floats(0, 1), min_size=1, max_size=6), st.dates())
def test_order_in_the_file_does_not_matter(values: dict[date, float], day: date) -> None:
    written = {start.isoformat(): share for start, share in values.items()}
    one, other = Dated.model_validate(written), Dated.model_validate(dict(reversed(written.items())))
    if min(values) > day:
        with pytest.raises(NotInForceError):
            one.value_on(day)
    else:
        assert one.value_on(day) == other.value_on(day) == values[max(start for start in values if start <= day)]

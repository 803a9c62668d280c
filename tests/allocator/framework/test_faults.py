"""Every fault of a framework file: what is said, where, and all at once."""

from __future__ import annotations

import pytest

from allocator.closed import KnownIds
from tests.allocator.framework.world import PLAIN, Laws

WORN = """\
framework: worn
status: draft
owner: somebody
tiers:
  - rank: 1
    name: {en: First, nl: Eerste}
    sectors: [defence, health]
    rule: leximin
    basis: {status: none, note: modelled on a precedent}
  - {rank: 2, name: {en: a, nl: b}, sectors: [wind, health], delegated: region, rule: weighted, cap: 0.8, basis: {}}
  - {rank: 2, name: {en: a}, sectors: [solar], rule: leximn, cap: {2026-13-01: 0.8, 2026-01-01: 80}, basis: {status: none}}
guarantees:
  - {sector: health, commodity: helium_liquid, share: {2026-01-01: 0.8}, basis: {act: crma, article: 99, status: in_force}}
  - {sector: health, commodity: helium_liquid, share: half, before: tier, hard: no, basis: {act: crmaa, article: 22, status: in_force}}
  - {sector: helth, commodity: helium_liquid, share: {}, basis: {act: crma, article: 21, status: in_force}}
reserves: {draw: {nld_helium: 1, default: 7}, use: first}
levers: {budget_eur: -5, at_most_together: six}
sharing: {mode: rights, key: gdp_share, no_member_worse_off: true}
levels: {2: [reserve_release, demand_restraint], 3: [emergency_purchase], x: [reserve_releas]}
tie_break: by_size
"""


def test_all_faults_at_once_in_the_order_of_the_file(laws: Laws) -> None:
    assert laws.faults(WORN) == [
        "f.yaml:2:1: status: 'draft' is not one of concept, adopted  [A207]",
        "f.yaml:10:53: tiers.1.sectors.1: the sector 'health' is already in tier 1 (line 7); keep it in one  [A220]",
        "f.yaml:10:107: tiers.1.basis.status: this key is missing (in_force, proposed, or none when there is no act); add it  [A202]",
        "f.yaml:11:6: tiers.2.rank: rank 2 is already taken (line 10); number the tiers 1, 2, 3 and so on  [A222]",
        "f.yaml:11:15: tiers.2.name.nl: this key is missing (in Dutch); add it  [A202]",
        "f.yaml:11:48: tiers.2.rule: 'leximn' is not one of leximin, soft_priorities, weighted; did you mean 'leximin'?  [A207]",
        "f.yaml:11:68: tiers.2.cap.2026-13-01: '2026-13-01' is not a day of the calendar; write it as 2026-01-01  [A204]",
        "f.yaml:11:85: tiers.2.cap.2026-01-01: must be at most 1, but 80 was given; a share is written as 0.8  [A205]",
        "f.yaml:11:110: tiers.2.basis.status: say in a note why there is no act, or what the rule is modelled on  [A224]",
        "f.yaml:13:93: guarantees.0.basis.article: legal.csv lists no article '99' of crma; there is 20, 21, 22, 23, 24, 25, 5; "
        "never cite what is not listed  [A223]",
        "f.yaml:14:5: guarantees.1: health already has a guarantee for helium_liquid (line 13); "
        "keep one, with dated shares if it changes  [A225]",
        "f.yaml:14:48: guarantees.1.share: a share, or shares by date such as {2026-01-01: 0.8}, was expected, "
        "but 'half' was given  [A204]",
        "f.yaml:14:61: guarantees.1.before: 'tier' is not one of tiers, own_tier; did you mean 'tiers'?  [A207]",
        "f.yaml:14:75: guarantees.1.hard: true or false was expected, but 'no' was given  [A204]",
        "f.yaml:14:93: guarantees.1.basis.act: 'crmaa' is no act of legal.csv; did you mean 'crma'?; "
        "without an act write status: none with a note  [A223]",
        "f.yaml:15:6: guarantees.2.sector: the sector 'helth' is in no tier, so it cannot be guaranteed a share; "
        "did you mean 'health'?  [A225]",
        "f.yaml:15:47: guarantees.2.share: must not be empty; write a share, or shares by the day from which they hold  [A213]",
        "f.yaml:15:77: guarantees.2.basis.article: the text of article 21 of crma was not seen, so no rule can rest on it  [A223]",
        "f.yaml:16:34: reserves.draw.default: reserves without a line of their own would be open down to rank 7, "
        "but the lowest tier has rank 2; name a rank up to that  [A226]",
        "f.yaml:17:10: levers.budget_eur: must be at least 0, but -5 was given  [A205]",
        "f.yaml:17:26: levers.at_most_together: a whole number was expected (no unit, no quotes), but 'six' was given  [A204]",
        "f.yaml:18:11: sharing.mode: 'rights' is not supported yet; supported: pooled or standalone  [A206]",
        "f.yaml:18:25: sharing.key: not supported yet; leave it out: what is pooled is not divided by a key  [A206]",
        "f.yaml:19:75: levels.x: a whole number was expected (no unit, no quotes), but 'x' was given  [A204]",
        "f.yaml:19:79: levels.x.0: unknown lever 'reserve_releas'; did you mean 'reserve_release'?  [A207]",
        "f.yaml:20:1: tie_break: 'by_size' is not one of by_name  [A207]",
    ]


def test_missing_keys(laws: Laws) -> None:
    assert laws.faults("framework: x\n") == [
        "f.yaml:1:1: owner: this key is missing (who is responsible for the framework); add it  [A202]",
        "f.yaml:1:1: status: this key is missing (concept or adopted; a concept has no legal force); add it  [A202]",
        "f.yaml:1:1: tiers: this key is missing (ranks, each with its sectors); add it  [A202]",
    ]


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("rank: 2", "rank: 3", "f.yaml:10:5: tiers.1.rank: rank 3 among 2 tiers; number them 1 to 2 without a gap  [A222]"),
        ("rank: 2", "rank: 0", "f.yaml:10:5: tiers.1.rank: must be at least 1, but 0 was given  [A205]"),
        ("[packaging]", "[]", "f.yaml:12:5: tiers.1.sectors: must not be empty; name at least one  [A213]"),
        (
            "[packaging]",
            "packaging",
            "f.yaml:12:5: tiers.1.sectors: a list was expected, such as [a, b], but 'packaging' was given  [A204]",
        ),
        ("[packaging]", "[a, a]", "f.yaml:12:5: tiers.1.sectors: 'a' is named 2 times; name it once  [A215]"),
        (
            "[packaging]",
            "[health]",
            "f.yaml:12:15: tiers.1.sectors.0: the sector 'health' is already in tier 1 (line 7); keep it in one  [A220]",
        ),
    ],
)
def test_one_fault(laws: Laws, written: str, instead: str, expected: str) -> None:
    assert laws.fault(PLAIN.replace(written, instead)) == expected


def test_names_that_the_baseline_does_not_have(laws: Laws) -> None:
    ids = KnownIds(
        sectors=frozenset({"defence", "health", "packaging"}), commodities=frozenset({"helium_liquid"}), reserves=frozenset({"nld_helium"})
    )
    text = (
        PLAIN
        + "guarantees:\n  - {sector: health, commodity: helium_liqid, share: 0.8, basis: {status: none, note: x}}\n"
        + "reserves: {draw: {nld_helum: 1, default: 2}}\n"
    )
    assert laws.faults(text.replace("packaging", "packging"), ids) == [
        "f.yaml:12:15: tiers.1.sectors.0: the baseline has no sector 'packging'; did you mean 'packaging'?  [A230]",
        "f.yaml:16:22: guarantees.0.commodity: the baseline has no commodity 'helium_liqid'; did you mean 'helium_liquid'?  [A230]",
        "f.yaml:17:19: reserves.draw.nld_helum: the baseline has no reserve 'nld_helum'; did you mean 'nld_helium'?  [A230]",
    ]


@pytest.mark.parametrize("share", ["{2026-01-01: 0,8}", "{2025-01-01: 0.5, 2026-01-01: 0,8}"])
def test_a_comma_in_a_share_is_one_fault(laws: Laws, share: str) -> None:
    guarantee = f"guarantees:\n  - {{sector: health, share: {share}, basis: {{status: none, note: x}}}}\n"
    assert laws.fault(PLAIN + guarantee) == (
        "f.yaml:16:22: guarantees.0.share: a comma begins another entry; write 0.8 with a decimal point  [A204]"
    )


def test_there_are_three_crisis_levels(laws: Laws) -> None:
    assert laws.faults(PLAIN + "restraint: {mandatory_from_level: 4}\nlevels: {7: [reserve_release]}\n") == [
        "f.yaml:15:13: restraint.mandatory_from_level: must be at most 3, but 4 was given  [A205]",
        "f.yaml:16:10: levels.7: must be at most 3, but 7 was given  [A205]",
    ]


IDS = KnownIds(sectors=frozenset({"defence", "health", "packaging"}), reserves=frozenset({"nld_helium", "nld_gallium"}))
GUARANTEE = "guarantees:\n  - {sector: packaging, commodity: c, share: 0.8, basis: {status: none, note: x}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PLAIN.replace("[packaging]", "[packging]") + "reserves: {draw: {default: 1}}\n",
            ["f.yaml:12:15: tiers.1.sectors.0: the baseline has no sector 'packging'; did you mean 'packaging'?  [A230]"],
        ),
        (
            PLAIN + "reserves: {draw: {defualt: 1}}\n",
            ["f.yaml:15:19: reserves.draw.defualt: the baseline has no reserve 'defualt'; did you mean 'default'?  [A230]"],
        ),
        (
            PLAIN + GUARANTEE.replace("packaging", "packging") + "reserves: {draw: {default: 1}}\n",
            [
                "f.yaml:16:6: guarantees.0.sector: the baseline has no sector 'packging'; did you mean 'packaging'?  [A230]",
                "f.yaml:16:24: guarantees.0.commodity: the baseline has no commodity 'c'; there is none  [A230]",
            ],
        ),
        (
            PLAIN.replace("[packaging]", "[packging]") + GUARANTEE.replace("c,", "B,") + "reserves: {draw: {default: 1}}\n",
            [
                "f.yaml:12:15: tiers.1.sectors.0: the baseline has no sector 'packging'; did you mean 'packaging'?  [A230]",
                "f.yaml:16:25: guarantees.0.commodity: 'B' is not an id: lower case letters and digits joined by _, "
                "such as helium_liquid  [A212]",
            ],
        ),
        (
            PLAIN.replace("[packaging]", "packaging") + "reserves: {draw: all}\n",
            [
                "f.yaml:12:5: tiers.1.sectors: a list was expected, such as [a, b], but 'packaging' was given  [A204]",
                "f.yaml:15:12: reserves.draw: a mapping was expected, such as {key: value}, but 'all' was given  [A204]",
            ],
        ),
        (
            PLAIN.replace("sectors: [packaging]", "sectors: 5")
            + GUARANTEE.replace("commodity: c, ", "")
            + "reserves: {draw: {default: 1}}\n",
            [
                "f.yaml:12:5: tiers.1.sectors: a list was expected, such as [a, b], but 5 was given  [A204]",
            ],
        ),
    ],
)
def test_one_misspelling_is_one_fault(laws: Laws, text: str, expected: list[str]) -> None:
    assert laws.faults(text, IDS) == expected


def test_sectors_and_reserves_that_a_framework_forgets_stand_beside_its_other_faults(laws: Laws) -> None:
    text = PLAIN.replace("[packaging]", "[health]").replace("concept", "draft") + "reserves: {draw: {nld_helium: 1}}\n"
    assert laws.faults(text, IDS) == [
        "f.yaml:2:1: status: 'draft' is not one of concept, adopted  [A207]",
        "f.yaml:4:1: tiers: the sector 'packaging' is in no tier; add it to the sectors of one  [A221]",
        "f.yaml:12:15: tiers.1.sectors.0: the sector 'health' is already in tier 1 (line 7); keep it in one  [A220]",
        "f.yaml:15:12: reserves.draw: no rank may draw on the reserve 'nld_gallium'; add it here, or a rank for default  [A226]",
    ]

"""Claims of every sector of every member state, at the last modelled stage."""

from __future__ import annotations

from dataclasses import replace

from allocator.baseline.build.facts import Facts, fact
from allocator.baseline.build.figure import Figure
from allocator.baseline.build.keys import Key, key_of_sector
from allocator.baseline.build.totals import use_per_percent

#: (commodity, sector) and (region, sector, commodity)
Need = tuple[str, str]
Claim = tuple[str, str, str]


def sector_needs(facts: Facts) -> dict[Need, Figure]:
    """Return the annual use of the Union by commodity and sector: use per per cent x the sector's application shares."""
    percent_of = {
        (row["material"], row["application"]): fact(row, f"{row['material']}: {row['application']}", float(row["share_percent"]))
        for row in facts["applications"]
    }
    percents: dict[tuple[str, str, str], Figure] = {}
    for row in facts["application_sectors"]:
        percent = percent_of[row["material"], row["application"]]
        if float(row["part"]) != 1:
            percent = percent * float(row["part"])
            percent = replace(percent, basis="assumed", assumed=percent.assumed | {f"part of {row['application']}"})
        at = (row["material"], row["commodity"], row["sector"])
        percents[at] = percents[at] + percent if at in percents else percent
    per_percent = use_per_percent(facts)
    needs: dict[Need, Figure] = {}
    for (material, commodity, sector), percent in sorted(percents.items()):
        need = per_percent[material, commodity] * percent
        needs[commodity, sector] = needs[commodity, sector] + need if (commodity, sector) in needs else need
    return needs


def regional_claims(facts: Facts, keys: dict[str, Key]) -> dict[Claim, Figure]:
    """Return the annual claim of every region's sector on a commodity: the sector's need x the region's share in the sector."""
    key_of = key_of_sector(facts)
    return {
        (region, sector, commodity): need * share
        for (commodity, sector), need in sorted(sector_needs(facts).items())
        for region, share in sorted(keys[key_of[sector]].items())
        if share.value > 0
    }

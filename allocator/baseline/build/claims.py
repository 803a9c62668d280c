"""Claims of every sector of every member state, at the last modelled stage."""

from __future__ import annotations

from dataclasses import replace

from allocator.baseline.build.facts import Facts, Row, fact
from allocator.baseline.build.figure import Figure, as_figure
from allocator.baseline.build.keys import Key, key_of_sector
from allocator.baseline.build.totals import use_per_percent

#: (commodity, sector) and (region, sector, commodity)
Need = tuple[str, str]
Claim = tuple[str, str, str]


def placed_applications(facts: Facts) -> list[Row]:
    """Return who claims what for every application: its own rows of application_sectors.csv, else its industry's in nace_sectors.csv.

    A row without sector is an application that a chain makes: its use is process input and no claim.
    """
    own = list(facts["application_sectors"])
    placed = {(row["material"], row["application"]) for row in own}
    commodity_of = {row["material"]: row["commodity"] for row in facts["uses"] if row["by_industry"] == "yes"}
    for row in facts["applications"]:
        material, application = row["material"], row["application"]
        if (material, application) in placed or not float(row["share_percent"]):
            continue
        sectors = [part for part in facts["nace_sectors"] if part["nace"] == row["nace"]]
        if material not in commodity_of or not sectors:
            raise ValueError(f"{material}, {application}: add a row to application_sectors.csv, or {row['nace']} to nace_sectors.csv")
        at = {"material": material, "application": application, "commodity": commodity_of[material]}
        own += [at | {"sector": part["sector"], "part": part["part"]} for part in sectors]
    return own


def sector_needs(facts: Facts) -> dict[Need, Figure]:
    """Return the annual use of the Union by commodity and sector: use per per cent x the sector's application shares."""
    percent_of = {
        (row["material"], row["application"]): fact(row, f"{row['material']}: {row['application']}", float(row["share_percent"]))
        for row in facts["applications"]
    }
    percents: dict[tuple[str, str, str], Figure] = {}
    for row in placed_applications(facts):
        if not row["sector"]:
            continue
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


def claims_by_key(facts: Facts, keys: dict[str, Key]) -> dict[Claim, Figure]:
    """Return the annual claim of every region's sector on a commodity: the sector's need x the region's share in the sector."""
    key_of = key_of_sector(facts)
    return {
        (region, sector, commodity): need * share
        for (commodity, sector), need in sorted(sector_needs(facts).items())
        for region, share in sorted(keys[key_of[sector]].items())
        if share.value > 0
    }


def regional_claims(facts: Facts, keys: dict[str, Key]) -> dict[Claim, Figure]:
    """Return the claims by key, brought into line with what the regions of known_use.csv are known to use.

    Such a region's sectors share its known use in the proportions of the key; what it leaves or takes, the same sector of the other regions
    takes or leaves, so the use of the Union stays what it is.
    """
    claims = claims_by_key(facts, keys)
    for row in facts["known_use"]:
        region, commodity = row["region"], row["commodity"]
        known = fact(row, f"use of {region}", float(row["quantity"]))
        by_sector = {sector: figure for (place, sector, good), figure in claims.items() if (place, good) == (region, commodity)}
        total = sum(figure.value for figure in by_sector.values())
        for sector, figure in by_sector.items():
            others = [at for at in claims if at[0] != region and at[1:] == (sector, commodity)]
            claimed = sum(claims[at].value for at in others)
            left = figure.value * (1 - known.value / total)
            claims[region, sector, commodity] = known * replace(as_figure(figure.value / total), words=f"{figure.value:.9g} / {total:.9g}")
            for at in others:
                claims[at] = claims[at] * replace(as_figure(1 + left / claimed), words=f"{1 + left / claimed:.9g} [left by {region}]")
    return claims

"""What the Union uses in a year: one line of arithmetic for every commodity that is claimed."""

from __future__ import annotations

from allocator.baseline.build.facts import Facts
from allocator.baseline.build.figure import Figure, as_figure

#: (material of the application shares, commodity claimed)
Use = tuple[str, str]
RARE_EARTHS = ("neodymium", "praseodymium", "terbium")


def use_per_percent(facts: Facts) -> dict[Use, Figure]:
    """Return the annual use of the Union for one per cent of application share, by material and commodity."""
    return {**_listed(facts), **_aluminium(facts), **_helium(facts), **_gallium(facts), **_rare_earths(facts)}


def _listed(facts: Facts) -> dict[Use, Figure]:
    """Return the uses of uses.csv that have a formula, scaled so that the listed shares of a material make up the whole."""
    percents: dict[str, float] = {}
    for row in facts["applications"]:
        percents[row["material"]] = percents.get(row["material"], 0.0) + float(row["share_percent"])
    return {(row["material"], row["commodity"]): facts.evaluate(row) / percents[row["material"]] for row in facts["uses"] if row["formula"]}


def aluminium_metal_use(facts: Facts) -> Figure:
    """Return the annual use of aluminium that is not recycled, in t: imports plus primary output."""
    return facts.figure("aluminium_imports") + facts.figure("aluminium_primary_production")


def aluminium_recycled(facts: Facts) -> Figure:
    """Return the annual use of recycled aluminium, in t."""
    share = facts.figure("aluminium_recycled_share")
    return aluminium_metal_use(facts) * share / (as_figure(1) - share)


def output_of_union(facts: Facts) -> dict[str, Figure]:
    """Return the annual runs in the whole Union of the technologies that are spread by a key, whatever is used."""
    listed = {row["technology"]: facts.evaluate(row, "union_formula") for row in facts["technologies"] if row["union_formula"]}
    return listed | {"aluminium_remelting": aluminium_recycled(facts)}


def magnet_use(facts: Facts) -> Figure:
    """Return the annual use of NdFeB magnets, in t."""
    return facts.figure("magnet_imports_china") / facts.figure("magnet_china_share_of_need")


def _aluminium(facts: Facts) -> dict[Use, Figure]:
    """Shares of the metal uses are scaled to the whole metal use; uses as alumina come on top in the same proportion."""
    commodity_of = {
        (row["material"], row["application"]): row["commodity"] for row in facts["application_sectors"] if row["material"] == "aluminium"
    }
    metal_percent = sum(
        float(row["share_percent"])
        for row in facts["applications"]
        if commodity_of.get((row["material"], row["application"])) == "aluminium_semi_finished"
    )
    metal = aluminium_metal_use(facts)
    return {
        ("aluminium", "aluminium_semi_finished"): metal / (as_figure(1) - facts.figure("aluminium_recycled_share")) / metal_percent,
        ("aluminium", "alumina"): metal * facts.figure("alumina_per_aluminium") / metal_percent,
    }


def _helium(facts: Facts) -> dict[Use, Figure]:
    volume = facts.figure("helium_world_production") * facts.figure("helium_europe_share") * 1_000_000
    tonnes = volume / facts.figure("helium_m3_per_tonne") / 100
    return {("helium", "helium_gas"): tonnes, ("helium", "helium_liquid"): tonnes}


def _gallium(facts: Facts) -> dict[Use, Figure]:
    tonnes = facts.figure("gallium_use") / 100
    return {("gallium", "gallium_metal"): tonnes, ("gallium", "gallium_wafer"): tonnes * facts.figure("gallium_wafer_yield")}


def _rare_earths(facts: Facts) -> dict[Use, Figure]:
    """Uses of oxides beside magnets follow from what the magnets hold.

    Goods with magnets that are counted on their own leave the other magnets to the applications, which claim them or drives with them.
    """
    magnets = magnet_use(facts)
    counted = {row["commodity"]: facts.evaluate(row) for row in facts["uses"] if row["formula"]}
    output_of = {row["technology"]: row["commodity"] for row in facts["technology_flows"] if row["direction"] == "output"}
    others = magnets
    for row in facts["technology_flows"]:
        if (row["commodity"], row["direction"]) == ("ndfeb_magnet", "input") and output_of[row["technology"]] in counted:
            others = others - counted[output_of[row["technology"]]] * facts.evaluate(row)
    uses: dict[Use, Figure] = {
        (element, f"{element}_oxide"): magnets
        * facts.figure(f"magnet_{element}")
        * facts.figure(f"oxide_per_{element}")
        / facts.figure(f"{element}_magnet_percent")
        for element in RARE_EARTHS
    }
    return uses | {(row["material"], row["commodity"]): others / 100 for row in facts["uses"] if row["material"] == "ndfeb_magnet"}

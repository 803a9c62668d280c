"""How far the Union depends on other countries for a good: its import reliance, and the share of each country it buys from.

Regulation (EU) 2024/1252, article 5(1), sets as benchmarks for 2030 that no third country supplies more than 65 per cent of the Union's
annual consumption of a strategic raw material at any relevant stage, and that the Union can extract 10, process 40 and recycle 25 per cent
of its annual consumption of strategic raw materials taken together.
"""

from __future__ import annotations

import pandas as pd

from allocator.baseline.layout import REST_OF_WORLD
from allocator.baseline.model import Baseline

MONTHS = 12
#: Largest share of what the Union uses that one third country should supply.
BENCHMARK = 0.65
#: Shares of what the Union uses that it should be able to make itself: of raw goods, of refined goods, and of either by recycling.
OWN_BENCHMARKS = {"extraction": 0.10, "processing": 0.40, "recycling": 0.25}
EXPORTS = "exports"
STRATEGIC = "eu_strategic"
#: What published shares of countries are shares of, in the order in which a good is compared: the first set that it has counts.
SHARE_OF = {"union_sourcing": "sourcing", "union_imports": "imports", "world_production": "imports"}


def annual_totals(baseline: Baseline) -> pd.DataFrame:
    """Return the undisturbed year of the Union by commodity, in its unit.

    Columns: `imports`; `primary` and `recycled`, what is made in the Union; `exports`; `use`, claims other than exports and what processes
    take; `sourcing`, imports and primary output.
    """
    kind = baseline.technologies.set_index("technology")["kind"]
    runs = baseline.processes.groupby("technology")["runs_per_month"].sum() * MONTHS
    flows = baseline.technology_flows
    passed = flows["quantity_per_run"] * flows["technology"].map(runs).fillna(0.0)
    output, recycling = flows["direction"] == "output", flows["technology"].map(kind) == "recycling"
    exported = baseline.demands["sector"] == EXPORTS
    claims, lines = baseline.demands["annual_quantity"], baseline.supply_lines["annual_quantity"]

    def total(quantity: pd.Series, of: pd.DataFrame, rows: pd.Series | None = None) -> pd.Series:
        return (quantity if rows is None else quantity[rows]).groupby(of["commodity"]).sum()

    totals = pd.DataFrame(
        {
            "imports": total(lines, baseline.supply_lines),
            "primary": total(passed, flows, output & ~recycling),
            "recycled": total(passed, flows, output & recycling),
            "exports": total(claims, baseline.demands, exported),
            "claims": total(claims, baseline.demands, ~exported),
            "inputs": total(passed, flows, ~output),
        },
        index=pd.Index(sorted(baseline.commodities["commodity"]), name="commodity"),
    ).fillna(0.0)
    totals = totals.assign(use=totals["claims"] + totals["inputs"], sourcing=totals["imports"] + totals["primary"])
    return totals.drop(columns=["claims", "inputs"])


def import_reliance(totals: pd.DataFrame) -> pd.Series:
    """Return (imports - exports) / (primary output + imports - exports) by commodity, from 0 to 1; NaN where nothing is sourced.

    It is the definition of the Commission: output from recycling is left out.
    """
    net = (totals["imports"] - totals["exports"]).clip(lower=0.0)
    return net / (net + totals["primary"]).where(totals["sourcing"] > 0)


def origin_shares(baseline: Baseline, totals: pd.DataFrame) -> pd.DataFrame:
    """Return, by commodity and origin, the quantity imported in a year and its share of `imports`, `sourcing` and `use`; largest first.

    A share of use above 1 is possible: what is imported may leave again.
    """
    imported = baseline.supply_lines.groupby(["commodity", "origin"], as_index=False)["annual_quantity"].sum()
    lines: pd.DataFrame = imported[imported["annual_quantity"] > 0]
    for whole in ("imports", "sourcing", "use"):
        size = lines["commodity"].map(totals[whole])
        lines[whole] = lines["annual_quantity"] / size.where(size > 0)
    return lines.sort_values(["commodity", "annual_quantity", "origin"], ascending=[True, False, True]).reset_index(drop=True)


def largest_origins(baseline: Baseline, totals: pd.DataFrame) -> pd.DataFrame:
    """Return, by commodity, the largest third country (`origin`) and the share of the Union's use that it supplies (`share`)."""
    shares = origin_shares(baseline, totals)
    named = shares[~shares["origin"].isin([REST_OF_WORLD, *baseline.regions["region"]])]
    return named.drop_duplicates("commodity").set_index("commodity")[["origin", "use"]].rename(columns={"use": "share"})


def strategic_position(baseline: Baseline) -> pd.DataFrame:
    """Return one row per good of a strategic material that the Union uses: how it stands beside the benchmarks.

    Columns: `commodity`, `stage`, `origin` and `share` (empty and 0 where it imports none), `made` and `recycled`, primary output and
    output of recycling as shares of use; the largest dependency first.
    """
    totals = annual_totals(baseline)
    goods = baseline.commodities[baseline.commodities["commodity"].isin(strategic_goods(baseline))]
    table = goods[["commodity", "stage"]].join(totals[totals["use"] > 0], on="commodity", how="inner")
    table = table.reset_index(drop=True).join(largest_origins(baseline, totals), on="commodity")
    table = table.assign(made=table["primary"] / table["use"], recycled=table["recycled"] / table["use"])
    table = table.assign(origin=table["origin"].fillna(""), share=table["share"].astype(float).fillna(0.0))
    ordered = table[["commodity", "stage", "origin", "share", "made", "recycled"]]
    return ordered.sort_values(["share", "commodity"], ascending=[False, True], ignore_index=True)


def materials_of(baseline: Baseline, commodity: str) -> frozenset[str]:
    """Return the material of a good, and those that it holds by contents.csv."""
    goods, contents = baseline.commodities, baseline.contents
    own = goods.loc[goods["commodity"] == commodity, "material"]
    return frozenset(own) | frozenset(contents.loc[contents["commodity"] == commodity, "material"])


def strategic_goods(baseline: Baseline) -> frozenset[str]:
    """Return the goods that are or hold a material on any edition of the Union's strategic list."""
    lists = baseline.lists
    strategic = set(lists.loc[(lists["list"] == STRATEGIC) & (lists["material"] != ""), "material"])
    named = (table.loc[table["material"].isin(strategic), "commodity"] for table in (baseline.commodities, baseline.contents))
    return frozenset(name for names in named for name in names)


def compared_sets(baseline: Baseline) -> dict[str, pd.DataFrame]:
    """Return the published set of shares that each commodity is compared with: sourcing of the Union, else its imports, else the world."""
    published = baseline.published
    sets: dict[str, pd.DataFrame] = {}
    for figure in SHARE_OF:
        for commodity, rows in published[published["figure"] == figure].groupby("commodity", sort=True):
            sets.setdefault(str(commodity), rows)
    return dict(sorted(sets.items()))

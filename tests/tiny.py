"""A package small enough to check by hand: three states, ore that becomes metal, and a liquid that boils off.

Per month, undisturbed: NLD smelts 20 ore (on its way for 45 days) into 10 metal (which takes 30 days), buys 6 metal and 4 liquid (30 days
on the way, through a strait), and sends 3 metal to DEU (15 days) and 2 to POL. POL buys 2 metal and sends 1 to DEU. Claims in NLD: defence
4 and packaging 7 metal, health 3 and packaging 1 liquid; packaging in DEU 4 and in POL 3 metal. NLD holds 6 liquid in reserve, its firms
hold 8 metal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from allocator.baseline import Baseline
from allocator.baseline.build.package import descriptor
from allocator.baseline.layout import TABLES
from allocator.case import Case, resolve_case
from allocator.framework import Framework, load_framework
from allocator.scenario import Scenario, load_scenario

Rows = Sequence[Mapping[str, Any]]

_FIGURES: dict[str, Rows] = {
    "commodities": [
        {"commodity": "ore", "material": "metal", "stage": "raw", "unit": "t", "price_eur": 5},
        {"commodity": "metal", "material": "metal", "stage": "refined", "unit": "t", "price_eur": 100},
        {"commodity": "liquid", "material": "liquid", "stage": "refined", "unit": "t", "price_eur": 1000, "loss_per_month": 0.1},
    ],
    "regions": [
        {
            "region": region,
            "kind": "member_state",
            **dict.fromkeys(("gdp_share", "population_share", "import_value_share"), share),
        }
        for region, share in (("NLD", 0.25), ("DEU", 0.5), ("POL", 0.25))
    ],
    "sectors": [{"sector": sector} for sector in ("defence", "health", "packaging", "exports")],
    "demands": [
        {"region": region, "sector": sector, "commodity": commodity, "annual_quantity": 12 * monthly, "unit": "t"}
        for region, sector, commodity, monthly in (
            ("NLD", "defence", "metal", 4),
            ("NLD", "packaging", "metal", 7),
            ("NLD", "health", "liquid", 3),
            ("NLD", "packaging", "liquid", 1),
            ("DEU", "packaging", "metal", 4),
            ("POL", "packaging", "metal", 3),
        )
    ],
    "supply_lines": [
        {
            "line": f"{origin}_{region}_{commodity}".lower(),
            "commodity": commodity,
            "origin": origin,
            "region": region,
            "route": route,
            "annual_quantity": 12 * monthly,
            "unit": "t",
            "lead_days": lead,
            "spare_share": spare,
        }
        for origin, region, commodity, monthly, lead, route, spare in (
            ("AUS", "NLD", "ore", 20, 45, "open_sea", 0.0),
            ("NOR", "NLD", "metal", 6, 0, "open_sea", 0.5),
            ("QAT", "NLD", "liquid", 4, 30, "gulf", 0.0),
            ("USA", "POL", "metal", 2, 0, "open_sea", 0.0),
        )
    ],
    "routes": [{"route": "gulf", "chokepoint": "strait_of_hormuz"}, {"route": "open_sea", "chokepoint": ""}],
    "chokepoints": [{"chokepoint": "strait_of_hormuz"}],
    "technologies": [{"technology": "smelting", "kind": "refining", "lead_days": 30}],
    "technology_flows": [
        {"technology": "smelting", "commodity": "ore", "direction": "input", "quantity_per_run": 2},
        {"technology": "smelting", "commodity": "metal", "direction": "output", "quantity_per_run": 1},
    ],
    "processes": [{"process": "nld_smelting", "technology": "smelting", "region": "NLD", "runs_per_month": 10}],
    "reserves": [
        {
            "reserve": "nld_liquid",
            "owner": "NLD",
            "region": "NLD",
            "commodity": "liquid",
            "quantity": 6,
            "floor_share": 0.5,
            "max_release_per_month": 2,
            "first_release_days": 15,
            "crisis_level": 2,
            "loss_per_month": 0.1,
        }
    ],
    "inventories": [{"region": "NLD", "commodity": "metal", "quantity": 8, "working_stock": 2, "room": 10}],
    "lanes": [
        {
            "origin": origin,
            "region": region,
            "commodity": "metal",
            "quantity_per_month": 10,
            "trade_per_month": trade,
            "lead_days": lead,
            "cost_eur": 1,
        }
        for origin, region, trade, lead in (("NLD", "DEU", 3, 15), ("NLD", "POL", 2, 0), ("POL", "DEU", 1, 0))
    ],
    "restraint": [
        {"sector": "packaging", "commodity": "metal", "block": 1, "share": 0.05, "cost_eur": 10},
        {"sector": "packaging", "commodity": "metal", "block": 2, "share": 0.10, "cost_eur": 20},
    ],
    "sources": [{"source": "project_assumption"}],
}

SCENARIO = """\
scenario: tiny
baseline: tiny
framework: tiny
horizon: {start: 2026-03, periods: 3, period: month}
"""

FRAMEWORK = """\
framework: tiny
status: concept
owner: ministry
tiers:
  - {rank: 1, name: {en: First, nl: Eerst}, sectors: [defence, health], rule: leximin, basis: {status: none, note: example}}
  - {rank: 2, name: {en: Second, nl: Tweede}, sectors: [packaging], rule: leximin, cap: {2026-01-01: 1, 2026-05-01: 0.9},
     basis: {status: none, note: example}}
  - {rank: 3, name: {en: Third, nl: Derde}, sectors: [exports], rule: leximin, basis: {status: none, note: example}}
guarantees:
  - {sector: health, commodity: liquid, share: {2026-01-01: 0.8}, basis: {status: none, note: example}}
reserves: {draw: {default: 1}}
restraint: {mandatory_from_level: 2}
levels: {2: [reserve_release, demand_restraint]}
"""


def tiny_tables() -> dict[str, pd.DataFrame]:
    """Every table of the package, typed as after reading."""
    return {name: tiny_rows(name, _FIGURES.get(name, ())) for name in TABLES}


def tiny_baseline(**tables: pd.DataFrame) -> Baseline:
    """The package; `tables` replace its own."""
    return Baseline("tiny", {**tiny_tables(), **tables}, {})


def write_tiny(folder: Path, scenario: str = "", framework: str = FRAMEWORK) -> Path:
    """Write package, framework and scenario (`SCENARIO` and the lines given); return the scenario's file."""
    package = folder / "baseline" / "tiny"
    for place in (package, folder / "frameworks"):
        place.mkdir(parents=True, exist_ok=True)
    for name, table in tiny_tables().items():
        table.to_csv(package / f"{name}.csv", index=False)
    (package / "datapackage.json").write_bytes(descriptor("tiny", "Small", []))
    (folder / "frameworks" / "tiny.yaml").write_text(framework)
    path = folder / "tiny.yaml"
    path.write_text(SCENARIO + scenario)
    return path


def tiny_inputs(folder: Path, scenario: str = "", framework: str = FRAMEWORK) -> tuple[Scenario, Framework]:
    """Scenario and framework, read from files in `folder`."""
    path = write_tiny(folder, scenario, framework)
    return load_scenario(path), load_framework(folder / "frameworks" / "tiny.yaml")


def tiny_case(folder: Path, scenario: str = "", framework: str = FRAMEWORK, **tables: pd.DataFrame) -> Case:
    """The package under the scenario and the framework, resolved."""
    return resolve_case(tiny_baseline(**tables), *tiny_inputs(folder, scenario, framework))


def tiny_rows(name: str, rows: Rows) -> pd.DataFrame:
    """Fill what a row does not say: 0, its own id as its name, and assumed as its basis."""
    table = TABLES[name]
    filled = []
    for row in rows:
        figure = row.get(table.figure, 0)
        words = {"low": figure, "high": figure, "source": "project_assumption", "basis": "assumed", "note": "example", "year": "2026"}
        own = str(row[table.key[0]])
        filled.append(
            {
                column.name: row.get(
                    column.name,
                    words.get(column.name, 0 if column.kind == "number" else "" if column.kind == "date" or column.optional else own),
                )
                for column in table.columns
            }
        )
    kinds = {column.name: "float64" if column.kind == "number" else "str" for column in table.columns}
    return pd.DataFrame(filled, columns=list(table.names)).astype(kinds)

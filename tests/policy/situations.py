"""A situation from a YAML file: a small world, a framework, and who then gets what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from allocator.allocation import Allocation, decode
from allocator.audit import audit_allocation
from allocator.baseline import Baseline
from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.conflict import Conflict, find_conflicts
from allocator.deliveries import CLAIM, DELIVERIES, Deliveries, no_deliveries, read_deliveries
from allocator.framework import Framework, load_framework
from allocator.scenario import Scenario, load_scenario
from allocator.solve import solve_stages
from allocator.solve.parts import Partition
from allocator_models import formulate, lower
from tests.tiny import tiny_baseline, tiny_rows

FOLDER = Path(__file__).parent
YEAR = 12.0
FILES = sorted(FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Situation:
    """One document of a file.

    Attributes:
        policy: what it shows, in a sentence.
        world: see `README.md` of this folder.
        framework: as in a framework file; what every framework needs and no situation turns on is filled in.
        expect: by claim, what it gets each period: one number, or one a period.
        draws: by reserve, what is released in all.
        used: by lever, what its lines send and its processes make in all.
        sold: by region/commodity, what is sold to buyers without a rank in all.
        notes: what is said about how the framework was read: kind, place and whom it is about.
        conflicts: what cannot all hold, in words; not looked for where it is left out.
        findings: parts of the messages when the framework or the case is refused.
    """

    policy: str
    world: Mapping[str, Any]
    framework: Mapping[str, Any]
    expect: Mapping[str, float | list[float]]
    draws: Mapping[str, float] = field(default_factory=dict)
    used: Mapping[str, float] = field(default_factory=dict)
    sold: Mapping[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    conflicts: list[str] | None = None
    findings: list[str] = field(default_factory=list)


def situations(path: Path) -> Iterator[Situation]:
    """Yield the situations of a file."""
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        yield Situation(
            *(document[key] for key in ("policy", "world", "framework")),
            *(document.get(key, {}) for key in ("expect", "draws", "used", "sold")),
            document.get("notes", []),
            document.get("conflicts"),
            document.get("findings", []),
        )


def case_of(situation: Situation, folder: Path) -> tuple[Case, Framework]:
    """Return the case of a situation and its framework; its files are written into the folder. Raises `InvalidInput` as the commands do."""
    baseline, scenario, framework = written(situation, folder)
    case = resolve_case(baseline, scenario, framework, _deliveries(situation.world, folder / "deliveries.csv"))
    return _month_by_month(case, situation.world), framework


def written(situation: Situation, folder: Path) -> tuple[Baseline, Scenario, Framework]:
    """Write the files of a situation into a folder; return the baseline and what is read of them."""
    world, law = situation.world, _whole_framework(situation)
    scenario = {
        "scenario": "situation",
        "baseline": "small",
        "framework": "./law.yaml",
        "horizon": {"start": "2026-03", "periods": world.get("periods", 1), "period": "month"},
        "crisis_level": world.get("crisis_level", 0),
        "levers": world.get("levers", []),
        "disruptions": world.get("disruptions", []),
        **{key: [{"source": "a situation", **one} for one in world.get(key, [])] for key in ("minimums", "prices", "sales", "holding")},
    }
    package = folder / "baseline" / "small"
    package.mkdir(parents=True)
    (package / "commodities.csv").touch()  # that there is one is all that the scenario asks
    for name, content in (("scenario", scenario), ("law", law)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return _baseline(world), load_scenario(folder / "scenario.yaml"), load_framework(folder / "law.yaml")


def _month_by_month(case: Case, world: Mapping[str, Any]) -> Case:
    """Let supply that is given as a list be another one each month."""
    sent = case.dispatches.copy()
    for name, amounts in world.get("supply", {}).items():
        if isinstance(amounts, list):
            sent.loc[sent["line"] == name.replace("/", "_").lower(), "limit"] = [float(amount) for amount in amounts]
    return replace(case, dispatches=sent)


def solve(case: Case, law: Framework) -> tuple[Allocation, tuple[Conflict, ...]]:
    """Return the certified and audited allocation of a case, and what cannot all hold."""
    instance = compile_instance(case)
    form = lower(formulate(instance))
    solution = solve_stages(form, instance)
    form = form if solution.alone is None else Partition(form, instance).no_worse(solution.alone).form
    allocation = decode(case, instance, solution)
    assert audit_allocation(case, allocation).faults == ()
    return allocation, find_conflicts(case, law, instance, form, allocation)


def used(case: Case, allocation: Allocation) -> dict[str, float]:
    """Return by lever what its lines send and its processes make, in all."""
    outputs = case.flows[case.flows["direction"] == "output"].set_index(["process", "commodity"])["quantity"]
    sent = allocation.plan["dispatches"].groupby("line")["quantity"].sum()
    runs = allocation.plan["runs"].groupby("process")["runs"].sum()
    total: dict[str, float] = {}
    for row in case.lever_members.merge(case.levers, on="lever").itertuples():
        if row.channel == "line":
            total[row.lever] = total.get(row.lever, 0.0) + sent[row.member]
        elif row.channel == "process":
            total[row.lever] = total.get(row.lever, 0.0) + runs[row.member] * outputs[row.member, row.commodity]
    return total


def given(allocation: Allocation) -> dict[str, list[float]]:
    """Return by claim what it gets each period."""
    rows = allocation.allocation.sort_values("period")
    names = rows["region"] + "/" + rows["sector"] + "/" + rows["commodity"]
    return {str(name): own["allocated"].tolist() for name, own in rows.groupby(names)}


def _deliveries(world: Mapping[str, Any], file: Path) -> Deliveries:
    rows = [
        {**dict(zip(CLAIM, name.split("/"), strict=True)), "unit": "t", "restrained": 0, **figures}
        for name, figures in world.get("deliveries", {}).items()
    ]
    if not rows:
        return no_deliveries()
    pd.DataFrame(rows)[list(DELIVERIES.names)].to_csv(file, index=False)
    return read_deliveries(file)


def _whole_framework(situation: Situation) -> dict[str, Any]:
    law = {"framework": "law", "status": "concept", "owner": "ministry", **situation.framework}
    basis = {"status": "none", "note": "a situation"}
    for number, tier in enumerate(law["tiers"]):
        tier |= {"name": {"en": f"Tier {number + 1}", "nl": f"Klasse {number + 1}"}, "basis": basis} | tier
        tier.setdefault("rank", number + 1)
        tier.setdefault("rule", "leximin")
    for key in ("guarantees", "caps", "exemptions", "overrides", "priority_orders"):
        for rule in law.get(key, []):
            rule.setdefault("basis", basis)
    law.setdefault("reserves", {"draw": {"default": 1}})
    return law


def _baseline(world: Mapping[str, Any]) -> Baseline:
    claims = [(*name.split("/"), amount) for name, amount in world["claims"].items()]
    most = {name: max(amount) if isinstance(amount, list) else amount for name, amount in world.get("supply", {}).items()}
    supply = [(*name.split("/"), amount) for name, amount in most.items()]
    stores = [(*name.split("/"), amount) for name, amount in world.get("stores", {}).items()]
    working, room = world.get("working", {}), world.get("room", {})
    stocks = {name: dict(stock) for name, stock in world.get("reserves", {}).items()}
    makes = world.get("processes", {})
    goods = {good for *_, good, _ in (*claims, *supply)} | {stock["commodity"] for stock in stocks.values()}
    goods |= {good for step in makes.values() for side in ("uses", "makes") for good in step[side]} | {good for _, good, _ in stores}
    goods |= {name.split("/")[2] for name in world.get("lanes", {})}
    regions = {region for region, *_ in (*claims, *supply, *stores)} | {stock["region"] for stock in stocks.values()}
    regions |= {end for name in world.get("lanes", {}) for end in name.split("/")[:2]} | {step["region"] for step in makes.values()}
    sectors = sorted({sector for _, sector, _, _ in claims} | set(world.get("sectors", [])) | {"exports"})
    tables = {
        "commodities": [{"commodity": good, "material": good, "stage": "refined", "unit": "t", "price_eur": 1} for good in sorted(goods)],
        "regions": [{"region": region, "kind": "member_state"} for region in sorted(regions)],
        "sectors": [{"sector": sector} for sector in sectors],
        "demands": [
            {"region": region, "sector": sector, "commodity": good, "annual_quantity": YEAR * amount, "unit": "t"}
            for region, sector, good, amount in claims
        ],
        "supply_lines": [
            {
                "line": f"{region}_{good}".lower(),
                "commodity": good,
                "origin": "QAT",
                "region": region,
                "route": "sea",
                "annual_quantity": YEAR * amount,
                "unit": "t",
            }
            for region, good, amount in supply
        ],
        "routes": [{"route": "sea", "chokepoint": ""}],
        "chokepoints": [],
        "technologies": [{"technology": name, "kind": step.get("kind", "assembly")} for name, step in makes.items()],
        "technology_flows": [
            {"technology": name, "commodity": good, "direction": direction, "quantity_per_run": amount}
            for name, step in makes.items()
            for side, direction in (("uses", "input"), ("makes", "output"))
            for good, amount in step[side].items()
        ],
        "processes": [
            {"process": name, "technology": name, "region": step["region"], "runs_per_month": step["runs"]} for name, step in makes.items()
        ],
        "reserves": [
            {"reserve": name, "owner": stock["region"], "max_release_per_month": stock["quantity"], "first_release_days": 0, **stock}
            for name, stock in stocks.items()
        ],
        "inventories": [
            {
                "region": region,
                "commodity": good,
                "quantity": amount,
                "working_stock": working.get(f"{region}/{good}", 0),
                "room": room.get(f"{region}/{good}", amount),
            }
            for region, good, amount in stores
        ],
        "lanes": [
            {
                **dict(zip(("origin", "region", "commodity"), name.split("/"), strict=True)),
                "quantity_per_month": amount,
                "trade_per_month": world.get("trades", {}).get(name, 0),
            }
            for name, amount in world.get("lanes", {}).items()
        ],
        "restraint": [
            {"sector": name.split("/")[0], "commodity": name.split("/")[1], "block": block, "share": share, "cost_eur": block}
            for name, shares in world.get("restraint", {}).items()
            for block, share in enumerate(shares if isinstance(shares, list) else [shares], 1)
        ],
        "harm": [
            {"sector": name.split("/")[0], "commodity": name.split("/")[1], "up_to": float(up_to), "marginal_harm": harm}
            for name, curve in world.get("harm", {}).items()
            for up_to, harm in curve.items()
        ],
    }
    return tiny_baseline(**{name: tiny_rows(name, rows) for name, rows in tables.items()})


def frame(given_by_claim: Mapping[str, list[float]]) -> pd.DataFrame:
    """Return what claims get as a table, to read when a situation fails."""
    return pd.DataFrame(given_by_claim).T

"""What the shipped scenarios give, kept beside their pages.

``make evidence`` runs the command on the page of every shipped scenario (``make evidence NAMES=cobalt_quota`` that of one), writes the
figures to ``docs/evidence/`` with the hash of the case they belong to, and sets them into the marked blocks of the pages. Read the
difference before committing it. Tests compare pages with figures, and figures with a run where the run is quick. ``random-instances``
compares the engine with the slow reference of ``tests/reference``, ``integers`` and ``integers-cbc`` its search for whole numbers.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner

from allocator.case import resolve_case
from allocator.cli import build_program
from allocator.cli._guards import Telling
from allocator.errors import NotCertified, SolverStopped
from allocator.framework import Framework, load_framework
from allocator.guards import GUARDS, search, small_crises
from allocator.inputs import read_inputs
from allocator.output.summary import tier_summaries
from allocator.report.view import View
from allocator.run import Run, run_scenario
from allocator.scenario import load_scenario, shipped
from tests.allocator.explain import evidence as reasons
from tests.api import evidence as service
from tests.docs.blocks import Block, Command, blocks_of
from tests.golden import pages
from tests.golden.pages import COMPARED, CRISES, ENGLISH, FRAMEWORKS, RANDOM, Figures, write_blocks
from tests.reference import agreement, integer_evidence

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EVIDENCE = DOCS / "evidence"
SERVICE_PAGE = DOCS / "service-evidence.md"
GUARDS_PAGE = DOCS / "frameworks" / "guards.md"
GUARDED = "guards"
REASONS = "reasons"
INTEGERS = "integers"
TELLING = Telling(ENGLISH)


def page_of(scenario: str) -> Path:
    """Return the page of a scenario, named as its file."""
    return DOCS / "scenarios" / f"{shipped('scenario')[scenario].stem}.md"


def law_page_of(framework: str) -> Path:
    """Return the page of a framework, named as its file."""
    return DOCS / "frameworks" / f"{shipped('framework')[framework].stem}.md"


def evidence_of(name: str) -> Path:
    return EVIDENCE / f"{name}.json"


def read_figures(name: str) -> Figures:
    return json.loads(evidence_of(name).read_text(encoding="utf-8"))


def blocks() -> list[Block]:
    """Return the blocks of the pages that are run from here: the command of each scenario, and those on random instances."""
    compared = [
        one
        for name, page in {RANDOM: RANDOM, REASONS: REASONS, **dict.fromkeys(integer_evidence.BY_NAME, INTEGERS)}.items()
        for one in blocks_of(DOCS / f"{page}.md")
        if [c.words for c in one.commands()] == [["make", "evidence", f"NAMES={name}"]]
    ]
    trials = [one for one in blocks_of(SERVICE_PAGE) if one.language == "sh"]
    return [*(block_of(name) for name in shipped("scenario")), *compared, *trials]


def block_of(scenario: str) -> Block:
    """Return the block of a scenario's page with the command that gives its figures."""
    return next(one for one in blocks_of(page_of(scenario)) if one.language == "sh")


def found_by_running(scenario: str) -> Figures:
    """Return the figures that the command on the page of a shipped scenario gives; when there is none, the reason why."""
    (command,) = block_of(scenario).commands()
    done = ran(command)
    found = figures(done) if isinstance(done, Run) else {"scenario": scenario, "no_result": re.split(r"; no result|  \[", str(done))[0]}
    return {"case": case_of(scenario), **found}


def ran(command: Command, folder: Path = ROOT) -> Run | NotCertified | SolverStopped:
    """Start the program in a folder with a command of a page, and return the run that it makes, or what kept it from one."""
    made: list[Run | NotCertified | SolverStopped] = []

    def kept(*arguments: Any, **named: Any) -> Run:
        try:
            made.append(done := run_scenario(*arguments, **named))
        except (NotCertified, SolverStopped) as error:
            made.append(error)
            raise
        return done

    with patch("allocator.cli.run.run_scenario", kept), chdir(folder):
        result = CliRunner().invoke(build_program(), command.words[1:], prog_name=command.words[0])
    if len(made) != 1 or (isinstance(made[0], Run) and result.exit_code):
        raise RuntimeError(f"{command.line}: exit code {result.exit_code}\n{result.output}")
    return made[0]


def case_of(scenario: str, framework: str | None = None) -> str:
    """Return the hash of a shipped scenario with its framework and baseline as they are now."""
    inputs = read_inputs(shipped("scenario")[scenario], framework)
    return resolve_case(inputs.baseline, inputs.scenario, inputs.framework).sha256


# ---- from a run to figures -----------------------------------------------------------------------------------------------------------
def figures(run: Run) -> Figures:
    """Return what a page shows of a run; figures carry six significant digits."""
    view = View(run, ENGLISH)
    goods = view.commodities
    short = goods[goods["commodity"].isin(view.short)]
    columns = ["demand", "shortfall", "coverage", "worst_coverage"]
    reserves = run.allocation.reserves
    released = reserves.groupby("reserve")["released"].sum()
    return {
        "scenario": run.case.scenario,
        "framework": run.case.framework,
        "baseline": run.case.baseline,
        "columns": run.solution.columns,
        "materials": len(goods),
        "short": [
            {"commodity": view.commodity(row["commodity"]), "unit": view.unit(row["commodity"]), "worst_period": row["worst_period"]}
            | {column: _rounded(row[column]) for column in columns}
            for row in short.to_dict("records")
        ],
        "tiers": [
            {"tier": view.tier(entry["rank"]), "coverage": _rounded(entry["coverage"]), "lowest": _rounded(entry["lowest_coverage"])}
            for entry in tier_summaries(run)
        ],
        "cuts": cuts(view),
        "released": [
            {"reserve": view.reserve(str(name)), "quantity": _rounded(total), "unit": _unit_of_reserve(view, str(name))}
            for name, total in released[released > 0].items()
        ],
    }


def cuts(view: View) -> list[Figures]:
    """Return what each sector misses of each material over the horizon and the whole scope, hardest cut first."""
    table = view.rows.groupby(["tier", "sector", "commodity"])[["demand", "restrained", "shortfall"]].sum().reset_index()
    table = table[table["shortfall"] > 1e-6 * table["demand"]]
    table = table.assign(coverage=1.0 - table["shortfall"] / table["demand"])
    return [
        {
            "tier": int(row["tier"]),
            "sector": view.sector(row["sector"]),
            "commodity": view.commodity(row["commodity"]),
            "coverage": _rounded(row["coverage"]),
        }
        for row in table.sort_values(["coverage", "sector", "commodity"]).to_dict("records")
    ]


def comparison(runs: Mapping[str, Run]) -> Figures:
    """Return the coverage of each sector and material that any of the frameworks cuts, under each of them."""
    totals: dict[tuple[str, str], Figures] = {}
    for name, run in runs.items():
        view = View(run, ENGLISH)
        table = view.rows.groupby(["sector", "commodity"])[["demand", "shortfall"]].sum()
        for (sector, commodity), row in table.iterrows():
            key = (view.sector(str(sector)), view.commodity(str(commodity)))
            totals.setdefault(key, {})[name] = _rounded(1.0 - row["shortfall"] / row["demand"])
    cut = {key: own for key, own in totals.items() if min(own.values()) < 1.0 - 1e-6}
    rows = [{"sector": sector, "commodity": commodity, **own} for (sector, commodity), own in sorted(cut.items())]
    return {"cases": {name: run.case.sha256 for name, run in runs.items()}, "rows": rows}


def guarded(law: Framework) -> Figures:
    """Return what the guards find under a framework, as `allocator check-framework --crises 250` does."""
    found = search(small_crises(law, 0, CRISES))
    return {
        "crises": found.crises,
        "refused": list(found.refused),
        "guards": {name: {"tried": found.comparisons[name], "crises": found.odd[name]} for name in GUARDS},
        "facts": [
            {"guard": fact.guard, "causes": list(fact.causes), "crises": len(fact.crises), "forbidden": fact.forbidden}
            | {"example": TELLING.sentence(fact), "means": list(TELLING.means(fact.example)), "claims": TELLING.claims(fact.example)[1]}
            for fact in found.facts
        ],
    }


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _unit_of_reserve(view: View, reserve: str) -> str:
    table = view.run.case.reserves.set_index("reserve")
    return view.unit(str(table.loc[reserve, "commodity"]))


def main(names: Sequence[str]) -> None:
    """Run the scenarios (all when none is named), and what compares and searches; write figures and pages."""
    files = dict(sorted(shipped("scenario").items()))
    scenarios = {name: load_scenario(path) for name, path in files.items()}
    for name in names or [*files, "frameworks", RANDOM, GUARDED, *reasons.BY_NAME, *integer_evidence.BY_NAME, *service.BY_NAME]:
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        if name == "frameworks":
            found = {case: comparison({law: run_scenario(files[case], law) for law in FRAMEWORKS}) for case in COMPARED}
        elif name in service.BY_NAME:
            found = service.BY_NAME[name]()
        elif name == RANDOM:
            found = agreement.figures()
        elif name in reasons.BY_NAME:
            found = reasons.BY_NAME[name]()
        elif name in integer_evidence.BY_NAME:
            found = integer_evidence.BY_NAME[name]()
        elif name == GUARDED:
            found = {law: guarded(load_framework(shipped("framework")[law])) for law in FRAMEWORKS}
        else:
            found = found_by_running(name)
        evidence_of(name).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, scenario in scenarios.items():
        file = files[name].name
        write_blocks(page_of(name), scenario=pages.front(scenario, file), result=pages.result(read_figures(name), file))
    write_blocks(DOCS / "scenarios" / "README.md", index=pages.index(scenarios, files, {name: read_figures(name) for name in files}))
    write_blocks(DOCS / "frameworks" / "README.md", comparison=pages.compared(read_figures("frameworks")))
    write_blocks(DOCS / f"{RANDOM}.md", found=pages.agreed(read_figures(RANDOM)))
    told = {name.removeprefix("reasons-").replace("reasons", "found"): reasons.shown(read_figures(name)) for name in reasons.BY_NAME}
    write_blocks(DOCS / f"{REASONS}.md", **told)
    write_blocks(DOCS / f"{INTEGERS}.md", **integer_evidence.page({name: read_figures(name) for name in integer_evidence.BY_NAME}))
    write_blocks(SERVICE_PAGE, **service.page({name: read_figures(name) for name in service.BY_NAME}))
    write_blocks(GUARDS_PAGE, guards=pages.guard_list(), causes=pages.cause_list(), found=pages.anomalies(read_figures(GUARDED)))
    for name, path in shipped("framework").items():
        write_blocks(law_page_of(name), classes=pages.classes(load_framework(path)))


if __name__ == "__main__":
    main(sys.argv[1:])

"""What the shipped scenarios give, kept beside their pages.

``make evidence`` runs the command on the page of every shipped scenario (``make evidence NAMES=cobalt_quota`` that of one), writes the
figures to ``docs/evidence/`` with the hash of the case they belong to, and sets them into the marked blocks of the pages. Read the
difference before committing it. Tests compare pages with figures, and figures with a run where the run is quick. ``random-instances``
compares the engine with the slow reference of ``tests/reference``, ``integers`` and ``integers-cbc`` its search for whole numbers.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
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
from allocator.guards.crises import ONE_REAL_IN
from allocator.guards.features import FEATURES
from allocator.inputs import read_inputs
from allocator.output.summary import tier_summaries
from allocator.report.language import Language
from allocator.report.view import View
from allocator.run import Run, run_scenario
from allocator.scenario import Scenario, load_scenario, shipped
from tests.allocator.explain import evidence as reasons
from tests.api import evidence as service
from tests.docs.blocks import Block, Command, blocks_of
from tests.reference import agreement, integer_evidence

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EVIDENCE = DOCS / "evidence"
SERVICE_PAGE = DOCS / "service-evidence.md"
GUARDS_PAGE = DOCS / "frameworks" / "guards.md"
RANDOM = "random-instances"
GUARDED = "guards"
REASONS = "reasons"
INTEGERS = "integers"
#: The scenarios on which the frameworks are compared.
COMPARED = ("hormuz_closure", "gallium_germanium_ban")
FRAMEWORKS = ("nl_draft", "equal_cut", "value_added")
#: Lines of the tables of cuts and of comparison; what is left out is counted below them.
LINES = 15
#: The mark above the blocks that are run from here.
BY = "make evidence"
#: Crises in which the guards search each framework: 200 by chance, and one in five cut out of shipped scenarios.
CRISES = 250
REAL = CRISES // ONE_REAL_IN
#: What a test runs anew each time.
QUICK = ("hormuz-closure.yaml", "hormuz-closure-national.yaml")
ENGLISH = Language("en")
TELLING = Telling(ENGLISH)

Figures = dict[str, Any]


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


# ---- from figures to pages -----------------------------------------------------------------------------------------------------------
def front(scenario: Scenario, file: str) -> str:
    """Return the table at the head of a scenario's page."""
    regions, goods = scenario.scope.regions, scenario.scope.commodities
    rows = [
        ("file", f"[`scenarios/{file}`](../../scenarios/{file})"),
        ("title", f"{scenario.title.en} · {scenario.title.nl}"),
        ("states", _listed(regions, "all 27")),
        ("materials", _listed(goods, "all") + ("" if goods == "all" else " and what processes link to them")),
        ("time", f"{scenario.horizon.periods} {scenario.horizon.period}s from {scenario.horizon.start}"),
        ("crisis level", str(scenario.crisis_level)),
        ("framework", f"`{scenario.framework}`"),
        ("what goes wrong", _kinds(scenario.disruptions)),
        ("measures", _kinds(scenario.levers)),
    ]
    return table(rows[0], rows[1:])


def result(found: Figures, file: str) -> str:
    """Return the figures of a scenario's page."""
    command = ("" if file in QUICK else f"<!-- run by: {BY} -->\n") + f"```sh\nallocator run scenarios/{file}\n```"
    if "no_result" in found:
        return f"{command}\n\n{headline(found)}."
    return "\n\n".join(
        [
            command,
            f"Edition `{found['baseline']}`, framework `{found['framework']}`, {found['columns']:,} columns. {headline(found)}.",
            _short(found),
            table(
                ("class", "mean coverage", "lowest coverage"),
                ((row["tier"], ENGLISH.percent(row["coverage"]), ENGLISH.percent(row["lowest"])) for row in found["tiers"]),
            ),
            "Who is cut, over the whole time and all states together:",
            *_cut(found),
            _released(found),
        ]
    )


def headline(found: Figures) -> str:
    """Return the first screen of the report in one line; in its place, why there is none."""
    if "no_result" in found:
        return f"No result yet: {found['no_result']}"
    short = sorted(found["short"], key=lambda row: row["coverage"])
    if not short:
        return f"All {found['materials']} materials are met in full"
    worst = ", ".join(f"{View.inside(row['commodity'])} {ENGLISH.percent(row['coverage'])}" for row in short[:3])
    return f"{len(short)} of {found['materials']} materials are short: {worst}{' and others' if len(short) > 3 else ''}"


def index(scenarios: Mapping[str, Scenario], files: Mapping[str, Path], found: Mapping[str, Figures]) -> str:
    """Return the table of all scenarios."""
    rows = [
        (
            f"[`{files[name].name}`]({files[name].stem}.md)",
            f"{scenario.title.en} · {scenario.title.nl}",
            "27" if scenario.scope.regions == "all" else str(len(scenario.scope.regions)),
            f"{scenario.horizon.periods} {scenario.horizon.period}s",
            _kinds(scenario.disruptions),
            f"{found[name]['columns']:,}" if "columns" in found[name] else "",
            headline(found[name]),
        )
        for name, scenario in scenarios.items()
    ]
    return table(("file", "title", "states", "time", "what goes wrong", "columns", "first screen"), rows)


def compared(found: Mapping[str, Figures]) -> str:
    """Return the comparison of the frameworks, a table for each scenario."""
    parts = []
    for name in COMPARED:
        rows = sorted(
            found[name]["rows"], key=lambda row: (-max(row[law] for law in FRAMEWORKS) + min(row[law] for law in FRAMEWORKS), row["sector"])
        )
        shown = ((row["sector"], row["commodity"], *(ENGLISH.percent(row[law]) for law in FRAMEWORKS)) for row in rows[:LINES])
        parts += [f"`{name}`:", table(("sector", "material", *(f"`{law}`" for law in FRAMEWORKS)), shown)]
        if len(rows) > LINES:
            parts.append(f"The {LINES} lines that differ most, of {len(rows)}.")
    return "\n\n".join(parts)


def agreed(found: Figures) -> str:
    """Return what comparing random instances with the slow reference found."""
    families = found["families"]
    refused = sum(len(row["refused"]) for row in families)
    other = sum(count for row in families for slack, count in row["slack"].items() if slack != str(agreement.SLACK))
    wrong = sum(len(row["disagreements"]) for row in families)
    total = sum(row["instances"] for row in families)
    heads = ("family", "what it is", "instances", "columns (median, most)", "cells")
    sizes = (
        (
            row["family"],
            row["what"],
            str(row["instances"]),
            f"{row['columns']['median']:,}, {row['columns']['most']:,}",
            f"{row['cells']:,}",
        )
        for row in families
    )
    held = ((what, *(str(row["holds"][what]) for row in families)) for what in agreement.HOLDS)
    counts = ((kind, f"{sum(row['compared'][kind] for row in families):,}") for kind in agreement.KINDS)
    apart = ((kind, count, *(f"{row['largest'][kind]:.1e}" for row in families)) for kind, count in counts)
    names = [row["family"] for row in families]
    return "\n\n".join(
        [
            f"**{total:,} instances, {wrong} disagreements.** Results may differ by {found['tolerance']:g}; "
            f"{sum(row['left_out'] for row in families)} results were not comparable.",
            table(heads, sizes),
            "The largest difference of each kind:",
            table(("result", "compared", *names), apart),
            "How many instances have:",
            table(("property", *names), held),
            f"With {other} instances the reference was solved with another slack than {agreement.SLACK:g}. The engine refused to show its "
            f"answer to {refused}; what it held back is compared too. Seeds and reasons are in [the figures](evidence/{RANDOM}.json).",
        ]
    )


def guard_list() -> str:
    """Return what each guard looks for: the docstrings."""
    docs = (inspect.cleandoc(kind.__doc__).split("\n\n", 1) for kind in GUARDS.values())
    return table(
        ("guard", "what it looks for", "how"),
        ((f"`{name}`", first, " ".join(more.split())) for name, (first, more) in zip(GUARDS, docs, strict=True)),
    )


def cause_list() -> str:
    """Return the causes that a guard can tell, in both languages."""
    return table(("cause", "in English", "in Dutch"), ((f"`{name}`", *feature.says) for name, feature in FEATURES.items()))


def anomalies(found: Mapping[str, Figures]) -> str:
    """Return what the guards found under the shipped frameworks, and the smallest example of each kind and cause."""
    of = ((GUARDS[name].says().en, [own["guards"][name] for own in found.values()]) for name in GUARDS)
    counts = ((says, *(str(one["crises"]) if one["tried"] else "nothing to try" for one in each)) for says, each in of)
    failures = sum(fact["forbidden"] for own in found.values() for fact in own["facts"])
    refused = sum(len(own["refused"]) for own in found.values())
    tried = sum(one["tried"] for own in found.values() for one in own["guards"].values())
    parts = [
        f"{CRISES - REAL} small crises by chance and {REAL} cut out of shipped scenarios for each framework, {tried:,} changes tried, "
        f"{refused} crises without an answer. "
        f"**Laws broken: {failures}.** In how many crises something was found:",
        table(("what is looked for", *(f"`{law}`" for law in found)), counts),
        "The causes, in how many crises each was at work, and the smallest example of each:",
    ]
    for law, own in found.items():
        rows = [
            (
                GUARDS[fact["guard"]].says().en,
                _causes(fact["causes"]),
                str(fact["crises"]),
                f"{fact['example']} ({'; '.join(fact['means'])})",
            )
            for fact in own["facts"]
        ]
        parts += [f"`{law}`:", table(("what", "cause", "crises", "smallest example"), rows)]
    return "\n\n".join(parts)


def _causes(names: Sequence[str]) -> str:
    return "; ".join(FEATURES[name].says.en for name in names) or "no single one"


def classes(framework: Framework) -> str:
    """Return the classes of a framework."""
    rows = [(str(tier.rank), f"{tier.name.en} · {tier.name.nl}", _listed(tier.sectors, "")) for tier in framework.tiers]
    return table(("class", "name", "sectors"), rows)


def _short(found: Figures) -> str:
    heads = ("material", "demand", "short", "coverage", "worst period")
    rows = (
        (
            row["commodity"],
            f"{ENGLISH.amount(row['demand'])} {row['unit']}",
            f"{ENGLISH.amount(row['shortfall'])} {row['unit']}",
            ENGLISH.percent(row["coverage"]),
            f"{ENGLISH.percent(row['worst_coverage'])} in {row['worst_period']}",
        )
        for row in found["short"]
    )
    return table(heads, rows) if found["short"] else "No material is short."


def _cut(found: Figures) -> list[str]:
    rows = found["cuts"]
    lines = ((str(row["tier"]), row["sector"], row["commodity"], ENGLISH.percent(row["coverage"])) for row in rows[:LINES])
    parts = [table(("class", "sector", "material", "coverage"), lines)]
    if len(rows) > LINES:
        parts.append(f"The {LINES} hardest cut of {len(rows)}; `cuts.csv` and `allocation.csv` of the run have them all.")
    return parts if rows else ["nobody."]


def _released(found: Figures) -> str:
    if not found["released"]:
        return "No strategic reserve is drawn on."
    named = "; ".join(f"{row['reserve']}: {ENGLISH.amount(row['quantity'])} {row['unit']}" for row in found["released"])
    return f"Released from reserves: {named}."


def _listed(chosen: tuple[str, ...] | str, everything: str) -> str:
    return everything if isinstance(chosen, str) else ", ".join(chosen)


def _kinds(items: Iterable[Any]) -> str:
    return ", ".join(f"`{kind}`" for kind in dict.fromkeys(item.kind for item in items))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of a page."""
    lines = [f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows)]
    return "\n".join(lines)


# ---- marked blocks -------------------------------------------------------------------------------------------------------------------
def block(text: str, mark: str) -> str:
    """Return what stands between ``<!-- mark -->`` and ``<!-- end of mark -->``."""
    return _pattern(mark).search(text)[2].strip("\n")


def with_block(text: str, mark: str, content: str) -> str:
    """Return the text with the block replaced."""
    replaced, count = _pattern(mark).subn(lambda found: f"{found[1]}\n{content}\n\n{found[3]}", text)
    if count != 1:
        raise ValueError(f"the page has {count} blocks '{mark}', not one")
    return replaced


def _pattern(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {mark} -->\n)(.*?)(<!-- end of {mark} -->)", re.DOTALL)


def write_blocks(page: Path, **blocks: str) -> None:
    text = page.read_text(encoding="utf-8")
    for mark, content in blocks.items():
        text = with_block(text, mark, content)
    page.write_text(text, encoding="utf-8")


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
        write_blocks(page_of(name), scenario=front(scenario, file), result=result(read_figures(name), file))
    write_blocks(DOCS / "scenarios" / "README.md", index=index(scenarios, files, {name: read_figures(name) for name in files}))
    write_blocks(DOCS / "frameworks" / "README.md", comparison=compared(read_figures("frameworks")))
    write_blocks(DOCS / f"{RANDOM}.md", found=agreed(read_figures(RANDOM)))
    told = {name.removeprefix("reasons-").replace("reasons", "found"): reasons.shown(read_figures(name)) for name in reasons.BY_NAME}
    write_blocks(DOCS / f"{REASONS}.md", **told)
    write_blocks(DOCS / f"{INTEGERS}.md", **integer_evidence.page({name: read_figures(name) for name in integer_evidence.BY_NAME}))
    write_blocks(SERVICE_PAGE, **service.page({name: read_figures(name) for name in service.BY_NAME}))
    write_blocks(GUARDS_PAGE, guards=guard_list(), causes=cause_list(), found=anomalies(read_figures(GUARDED)))
    for name, path in shipped("framework").items():
        write_blocks(law_page_of(name), classes=classes(load_framework(path)))


if __name__ == "__main__":
    main(sys.argv[1:])
